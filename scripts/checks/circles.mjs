// Finds circles in a directed graph, each as one line that names every step.

/** `edges` are `{ from, to, path, line }`, where `from` and `to` are the same object for the same file. */
export function findCircles(edges) {
  const next = new Map();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
  const reported = new Set();
  const circles = [];
  for (const start of next.keys()) {
    if (reported.has(start)) continue;
    const circle = shortestCircle(start, next);
    if (!circle) continue;
    for (const { from } of circle) reported.add(from);
    circles.push(describe(circle));
  }
  return circles;
}

/** Breadth first, so that the shortest way back to the start is found. */
function shortestCircle(start, next) {
  const ways = [[start, []]];
  const visited = new Set();
  for (const [file, way] of ways) {
    for (const edge of next.get(file) ?? []) {
      if (edge.to === start) return [...way, edge];
      if (visited.has(edge.to)) continue;
      visited.add(edge.to);
      ways.push([edge.to, [...way, edge]]);
    }
  }
  return undefined;
}

function describe(circle) {
  const steps = circle.map(({ from, path, line }) => `${from.name}:${line} uses ${path.join('::')}`);
  return `${circle[0].from.name}:${circle[0].line}: a circle: ${steps.join(', ')}`;
}
