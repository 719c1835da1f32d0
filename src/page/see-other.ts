/** To another address after a form, whatever the method was. Never kept, and the next page does not hear where it came from. */
export function seeOther(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      location: address,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
}
