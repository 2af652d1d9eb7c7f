/** Preloaded by a process (`node -r`), makes brokers answer slowly: after `ANSWER_DELAY` milliseconds. */
import { changeSockets, slowAnswers } from './network';

changeSockets(slowAnswers(Number(process.env.ANSWER_DELAY ?? 800)));
