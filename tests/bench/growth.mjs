// To come.
export async function grow() {}
