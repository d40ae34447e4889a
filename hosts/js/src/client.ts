/** The common part of both clients. */

import type { Call, Connection, Outcome } from "./component.js";
import { errorOf, HostError } from "./errors.js";
import { listingOf } from "./listing.js";
import { queryOf, signalOf } from "./options.js";
import type { CallOptions, Listing, Query } from "./types.js";

/** Makes a call, or throws why it was ended before there was an outcome. */
export type Perform = (call: Call, signal: AbortSignal | undefined) => Promise<Outcome>;

export abstract class BaseClient {
  // Private to the language, so that no inspection shows the credentials in it.
  readonly #connection: Connection;
  readonly #ownProjectId: string | undefined;
  readonly #perform: Perform;

  /** `ownProjectId` is used for listings, where the connection names no project. */
  protected constructor(connection: Connection, ownProjectId: string | undefined, perform: Perform) {
    this.#connection = connection;
    this.#ownProjectId = ownProjectId;
    this.#perform = perform;
  }

  /** Lists the release tasks that match: completely and in the order asked for, or it throws. */
  async listPipelines(query: Query = {}, options: CallOptions = {}): Promise<Listing> {
    const projectId = this.#connection.projectId ?? this.#ownProjectId;
    const connection = projectId === undefined ? this.#connection : { ...this.#connection, projectId };
    return listingOf(await this.#call({ operation: "list-pipelines", connection, query: queryOf(query) }, options));
  }

  /** Finds the project of the region, and returns its id. A client that names a project throws. */
  async findProject(options: CallOptions = {}): Promise<string> {
    return this.#call({ operation: "find-project", connection: this.#connection }, options);
  }

  async #call(call: Call, options: CallOptions): Promise<string> {
    const outcome = await this.#perform(call, signalOf(call.operation, options));
    if (outcome.type === "ok") return outcome.text;
    if (outcome.type === "error") throw errorOf(outcome.record);
    const { reason, advice } = outcome;
    throw new HostError(`${call.operation} failed: the component returned no result.\n${reason}.\n${advice}`);
  }
}
