/** The Worker `nexus`, bound in the Pages project's settings as the service API. */
interface Bindings {
  readonly API: Fetcher;
}

/**
 * Passes /api/* on to the API Worker, so that the client and the API share one origin. The request goes as it came:
 * method, body, cookies and the upgrade of a WebSocket.
 */
export const onRequest: PagesFunction<Bindings> = ({ request, env }) => env.API.fetch(request);
