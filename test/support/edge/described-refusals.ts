/** What the machine form of the contract says of an operation's refusals. */
interface Description {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string }> }>>;
  components: {
    responses: Record<
      string,
      { content: Record<string, { schema: { allOf?: { properties?: { code: { enum: string[] } } }[] } }> }
    >;
  };
}

/**
 * Holds an edge to its own description: an operation that refuses with a code its description does not name is a fault of
 * the description, found by whatever test has provoked the refusal.
 */
export class DescribedRefusals {
  readonly #url: string;
  #description: Promise<Description> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  /** Throws where the operation may not refuse like that; a path that is not described says nothing. */
  async check(refused: { method: string; url: string; status: number; code: string }): Promise<void> {
    const { method, url, status, code } = refused;
    this.#description ??= fetch(`${this.#url}/api/openapi.json`).then(
      (r) => r.json() as Promise<Description>,
    );
    const { paths, components } = await this.#description;
    const given = new URL(url).pathname.split('/');
    const [at, operations] =
      Object.entries(paths).find(([described]) => {
        const parts = described.split('/');
        return parts.length === given.length && parts.every((p, i) => p.startsWith('{') || p === given[i]);
      }) ?? [];
    const responses = operations?.[method.toLowerCase()]?.responses;
    // what stops a request before any route is chosen is answered alike everywhere
    if (responses === undefined || code === 'not-found') return;
    const name = responses[String(status)]?.$ref?.split('/').at(-1) ?? '';
    const { content } = components.responses[name] ?? { content: {} };
    const codes = content['application/problem+json']?.schema.allOf?.[1]?.properties?.code.enum ?? [];
    if (!codes.includes(code))
      throw new Error(`${method} ${at} refused with ${status} ${code}, which its description does not name`);
  }
}
