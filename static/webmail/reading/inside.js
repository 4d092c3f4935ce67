// A page that shows one message and no list.

import { startFrames } from "./frame.js";

startFrames();
