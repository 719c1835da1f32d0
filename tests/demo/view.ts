/** How somebody looks at a page, and the four ways in which every journey is looked at. */
export interface View {
  readonly width: 320 | 1280;
  readonly script: boolean;
  readonly dark: boolean;
}

/** Dark and light are spread over the four; `looks.browser.test.ts` sees both of each page. */
export const VIEWS = [
  { width: 320, script: true, dark: false },
  { width: 320, script: false, dark: true },
  { width: 1280, script: true, dark: true },
  { width: 1280, script: false, dark: false },
] as const satisfies readonly View[];

export function viewName({ width, script, dark }: View): string {
  return `${width} px, ${script ? 'with' : 'without'} script, ${dark ? 'dark' : 'light'}`;
}
