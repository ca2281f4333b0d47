/** The little of node that the tests use; all of its types would be one more package. */
declare module 'node:test' {
  export function test(name: string, body: () => void): Promise<void>;
}

declare module 'node:assert/strict' {
  interface Assert {
    deepEqual(actual: unknown, expected: unknown): void;
    equal(actual: unknown, expected: unknown): void;
    ok(value: unknown): void;
    throws(body: () => unknown, error: new (message: string) => Error): void;
  }
  const assert: Assert;
  export default assert;
}
