// The minute in which Miniflare's rate limiter counts: a test that spans two of them would see two counts.

/** The limiter counts by minutes of the clock: repeats `work`, with new addresses, if a minute ended meanwhile. */
export async function withinAMinute(work) {
  const minute = () => Math.floor(Date.now() / 60_000);
  for (;;) {
    const begin = minute();
    const result = await work();
    if (minute() === begin) return result;
  }
}
