/** The address that the environment names for EC2: the service's own goes before that of all services, as in the SDK and the engine. */
export const endpointOf = (env: NodeJS.ProcessEnv): string | undefined =>
    env["AWS_ENDPOINT_URL_EC2"] || env["AWS_ENDPOINT_URL"] || undefined;

/** Whether a URL's host is this very machine. */
export const isLoopback = (hostname: string): boolean =>
    hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
