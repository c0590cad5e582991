/** Searches apart from the page, so that typing never waits for it. */
import { Search } from "./proof.js";

onmessage = ({ data }) => postMessage(new Search(data).run());
