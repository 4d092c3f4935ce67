// A page that shows one message and no list.

import { startViewer } from "../attachments/viewer.js";
import { startFrames } from "./frame.js";

startFrames();
startViewer();
