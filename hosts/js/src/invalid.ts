/** Arguments that are refused before the component sees them: their type is wrong, or their value is not allowed. */

import { InvalidArgumentError } from "./errors.js";
import { named } from "./names.js";

/**
 * An argument has a wrong type, or does not exist. Nothing was sent. The message has three lines, like that of other
 * errors.
 */
export class ArgumentTypeError extends TypeError {
  override readonly name = "ArgumentTypeError";

  constructor(
    operation: string,
    /** Its name, such as `projectId`. */
    readonly argument: string,
    readonly reason: string,
  ) {
    super(message(operation, argument, reason));
  }
}

/** Returns the error of a value that is not allowed. */
export function invalid(operation: string, argument: string, reason: string): InvalidArgumentError {
  const detail = { argument, reason };
  return new InvalidArgumentError(
    {
      kind: { tag: "invalid-argument", val: detail },
      message: message(operation, argument, reason),
      operation,
      retryable: false,
      attempts: 0,
    },
    detail,
  );
}

function message(operation: string, argument: string, reason: string): string {
  const name = named(argument);
  return (
    `${operation} failed: the argument ${name} is not valid.\n` +
    `${name}: ${reason}. (nothing was sent)\nCorrect ${name}, then call again.`
  );
}
