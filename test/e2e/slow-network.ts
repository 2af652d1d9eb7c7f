/** Preloaded by a process (`node -r`), makes brokers answer slowly. */
import { changeSockets, slowAnswers } from './network';

changeSockets(slowAnswers(800));
