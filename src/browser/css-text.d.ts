/** A style sheet imported by browser code is its text, minified when the script is made (`page/browser-script.ts`). */
declare module '*.css' {
  const text: string;
  export default text;
}
