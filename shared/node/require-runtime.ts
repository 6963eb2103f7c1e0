/**
 * Imported before anything else by entries that load native modules: under an older Node these die without a word
 * (segmentation fault) instead of failing.
 */
const NODE_API_MIN = 10;

if (Number(process.versions.napi) < NODE_API_MIN) {
  process.stderr.write(
    `需要 Node.js 24(当前 ${process.versions.node}),请从 https://nodejs.org 安装。\n` +
      `Node.js 24 is needed (this is ${process.versions.node}); install it from https://nodejs.org.\n`,
  );
  process.exit(1);
}
