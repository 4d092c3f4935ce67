// A style sheet that a script brings along is its text.
declare module "*.css" {
  const text: string;
  export default text;
}
