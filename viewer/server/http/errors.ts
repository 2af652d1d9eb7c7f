/** Errors as answers. */

/** An error that the asker can do something about. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    /** What to do, as a sentence in the imperative. */
    readonly fix?: string,
  ) {
    super(message);
  }
}
