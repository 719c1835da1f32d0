/** The experiments over HTTP: look, start a ready-made question, stop with a reason, note what was decided. */
import { type Context, Hono } from 'hono';
import { type Experiments, LIBRARY } from '../../appeals/index.ts';
import { translator } from '../../language/index.ts';
import {
  isFromElsewhere,
  type RenderPage,
  readForm,
  readQuery,
  seeOther,
} from '../../page/index.ts';
import { EXPERIMENT_OUTCOMES, type ExperimentOutcome, experimentsPage } from './pages.ts';

export interface ExperimentRoutesDependencies {
  readonly language: string;
  readonly experiments: Experiments;
  readonly render: RenderPage;
  readonly isIn: (context: Context) => Promise<boolean>;
  readonly refuse: () => Response;
}

/** Until staff have names of their own, the desk decides. */
const BY = 'desk';
const REASON_MAX = 500;

export function createExperimentRoutes(deps: ExperimentRoutesDependencies): Hono {
  const app = new Hono();
  const mayAct = async (c: Context) => !isFromElsewhere(c.req.raw) && (await deps.isIn(c));
  app.get('/desk/experiments', async (c) => {
    if (!(await deps.isIn(c))) return deps.refuse();
    const said = readQuery(c.req.url).text('said');
    return show(deps, EXPERIMENT_OUTCOMES.find((one) => one === said) ?? null);
  });
  app.post('/desk/experiments', async (c) => {
    if (!(await mayAct(c))) return deps.refuse();
    return start(deps, c.req.raw);
  });
  app.post('/desk/experiments/:key/stop', async (c) => {
    if (!(await mayAct(c))) return deps.refuse();
    const reason = await readReason(c.req.raw);
    if (reason === null) return show(deps, 'wrong', 400);
    return told(await deps.experiments.stop({ key: c.req.param('key'), by: BY, ...reason }));
  });
  app.post('/desk/experiments/:key/decide', async (c) => {
    if (!(await mayAct(c))) return deps.refuse();
    const reason = await readReason(c.req.raw);
    const key = c.req.param('key');
    const views = await deps.experiments.list();
    const one = views.find(({ definition }) => definition.key === key);
    const variant = one?.definition.variants.find(({ id }) => id === reason?.variantId);
    if (reason === null) return show(deps, 'wrong', 400);
    if (variant === undefined) return show(deps, 'not-running', 409);
    return told(await deps.experiments.decide({ key, by: BY, ...reason }));
  });
  return app;
}

async function show(
  deps: ExperimentRoutesDependencies,
  said: ExperimentOutcome | null,
  status = 200,
): Promise<Response> {
  const { language, experiments } = deps;
  const [list, candidates] = await Promise.all([experiments.list(), experiments.candidates()]);
  return deps.render(
    experimentsPage({ language, experiments: list, candidates, library: LIBRARY, said }, status),
  );
}

async function start(deps: ExperimentRoutesDependencies, request: Request): Promise<Response> {
  const form = await readForm(request);
  const asked = form.ok ? form.fields.text('hypothesis') : '';
  const hypothesis = LIBRARY.find(({ id, differs }) => id === asked && differs === 'words');
  if (!form.ok || hypothesis === undefined) return show(deps, 'no-variants', 400);
  const t = translator(deps.language);
  const answer = await deps.experiments.start({
    hypothesis,
    appealId: form.fields.text('appeal'),
    words: {
      question: t(`experiments.library-${hypothesis.id}-question`),
      hypothesis: t(`experiments.library-${hypothesis.id}-hypothesis`),
      stopRule: t('experiments.stop-rule', { days: hypothesis.plannedDays }),
    },
    by: BY,
  });
  return told(answer);
}

/** @returns null where the form is not one of ours or the reason is missing or too long */
async function readReason(
  request: Request,
): Promise<{ readonly reason: string; readonly variantId: string } | null> {
  const form = await readForm(request);
  if (!form.ok || form.fields.hadControls) return null;
  const reason = form.fields.text('reason').trim();
  if (reason === '' || reason.length > REASON_MAX) return null;
  return { reason, variantId: form.fields.text('variant') };
}

function told(outcome: ExperimentOutcome): Response {
  return seeOther(`/desk/experiments?said=${outcome}`);
}
