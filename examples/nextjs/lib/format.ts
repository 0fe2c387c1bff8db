// Times and places as the pages show them. The server does not know the browser's time zone, and a page without JavaScript cannot
// correct it, so times are in UTC and say so.

const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const regions = new Intl.DisplayNames('en', { type: 'region' });

export const formatTime = (timestamp: string): string => `${time.format(new Date(timestamp))} UTC`;

export const formatDay = (timestamp: string): string => day.format(new Date(timestamp));

/** Returns the name of a country code as Cloudflare reports it, or undefined for none. */
export function countryName(code: string | null): string | undefined {
  if (!code) return undefined;
  if (code === 'T1') return 'the Tor network';
  return /^[A-Z]{2}$/.test(code) ? regions.of(code) : undefined;
}
