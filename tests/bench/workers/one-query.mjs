// The least wait that a request for stored data has: one D1 query, and nothing else.

export default {
  async fetch(_request, { DB, TASK, READER }) {
    return Response.json(await DB.prepare('SELECT id, title FROM tasks WHERE user_id = ? AND id = ?').bind(READER, TASK).first());
  },
};
