/**
 * What can go wrong before the program runs, told to the person who typed the command: what happened, what to do.
 */
export class SetupProblem extends Error {
  constructor(message) {
    super(message);
    this.name = 'SetupProblem';
  }
}

/** Known causes in npm's output and in system errors; the first that matches is told. */
const CAUSES = [
  {
    signs: /ENOSPC|no space left/i,
    say: (doing) =>
      `There is no space left on the disk while ${doing}. Free about 500 MB and run the same command again.`,
  },
  {
    signs:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network request/i,
    say: (doing) =>
      `The package registry could not be reached while ${doing}. Check the network (and "npm config get registry", or a proxy) and run the same command again. It is needed only once; afterwards Tuppence starts without a network.`,
  },
  {
    signs: /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY/i,
    say: (doing) =>
      `The package registry's certificate was not accepted while ${doing}. Check this computer's clock and, behind a company proxy, "npm config set cafile".`,
  },
  {
    signs: /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    say: (doing) =>
      `Writing was not allowed while ${doing}. Run the command as the user who owns this folder, or copy the folder to one of your own.`,
  },
  {
    signs: /EINTEGRITY/i,
    say: (doing) =>
      `A downloaded package was not what it should be while ${doing}. Run "npm cache clean --force" and the same command again; if it stays so, the registry in between is changing packages, and you should not use it.`,
  },
];

/** Turns npm's output or a system error into a sentence for people. */
export function explain(doing, output) {
  const text = String(output);
  const cause = CAUSES.find(({ signs }) => signs.test(text));
  if (cause !== undefined) return new SetupProblem(cause.say(doing));
  const last = text.trim().split('\n').slice(-12).join('\n');
  return new SetupProblem(`Something failed while ${doing}. It said:\n${last || '(nothing)'}`);
}
