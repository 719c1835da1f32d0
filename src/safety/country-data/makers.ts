/**
 * Who makes country data, as far as we know of them: by which file each is recognised, under which licence it may be used, and
 * whether readers must be told its name.
 *
 * Two sources are independent only if two makers made them, so a file whose maker is not in the table is taken to be made by
 * whoever its name says, without the date in it: last month's file beside this month's is one source, not two. Collections
 * that package others' data write the same few words into all of them; there the name of the file is all that tells.
 */
export interface Maker {
  /** One source for each. */
  readonly id: string;
  readonly name: string;
  /** As the maker calls it; `null`: whoever brought the file must know. */
  readonly licence: string | null;
  readonly address: string | null;
  /** Whether the licence asks for a name and a link on a page that readers can open. */
  readonly isNamedInPublic: boolean;
}

interface KnownMaker extends Maker {
  readonly marks: RegExp;
}

const KNOWN: readonly KnownMaker[] = [
  {
    id: 'db-ip',
    name: 'DB-IP',
    licence: 'CC BY 4.0',
    address: 'https://db-ip.com',
    isNamedInPublic: true,
    marks: /db-?ip/i,
  },
  {
    id: 'maxmind',
    name: 'MaxMind GeoLite2 or GeoIP2',
    licence: 'GeoLite2 End User License Agreement (CC BY-SA 4.0 and further terms)',
    address: 'https://www.maxmind.com',
    isNamedInPublic: true,
    marks: /geolite|geoip2?\b|geoip2?[-_]|maxmind/i,
  },
  {
    id: 'ip2location',
    name: 'IP2Location LITE',
    licence: 'CC BY-SA 4.0',
    address: 'https://lite.ip2location.com',
    isNamedInPublic: true,
    marks: /ip2location/i,
  },
  {
    id: 'ipinfo',
    name: 'IPinfo Lite',
    licence: 'CC BY-SA 4.0',
    address: 'https://ipinfo.io',
    isNamedInPublic: true,
    marks: /ipinfo/i,
  },
  {
    id: 'geo-whois-asn',
    name: 'Regional registries and routing (geo-whois-asn)',
    // Its package says CC0 and its page says CC BY 4.0: a name too many harms nobody.
    licence: 'CC0 1.0 by its package, CC BY 4.0 by its page',
    address: 'https://github.com/sapics/ip-location-db',
    isNamedInPublic: true,
    marks: /geo-whois-asn/i,
  },
  {
    id: 'iptoasn',
    name: 'Routing (iptoasn)',
    licence: 'PDDL 1.0',
    address: 'https://iptoasn.com',
    isNamedInPublic: false,
    marks: /iptoasn/i,
  },
];

const DATE_IN_NAME = /[-_.]?20\d\d(?:[-_.]?\d\d){0,2}/g;

export function makerOf(file: { readonly name: string; readonly databaseType: string }): Maker {
  const known =
    KNOWN.find(({ marks }) => marks.test(file.databaseType)) ??
    KNOWN.find(({ marks }) => marks.test(file.name));
  if (known !== undefined) return known;
  const name = file.name.replace(/\.mmdb$/, '').replaceAll(DATE_IN_NAME, '');
  return { id: `file:${name}`, name, licence: null, address: null, isNamedInPublic: false };
}
