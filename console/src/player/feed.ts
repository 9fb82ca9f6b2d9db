// Makes the feed that a codec needs. What it feeds, and when, is the players' affair.

import { isPictures, PictureFeed } from "./pictures";
import type { Feed, FeedEvents, FeedOptions } from "./screen";
import { MediaFeed } from "./source";

export function newFeed(codec: string, video: HTMLVideoElement, options: FeedOptions, events: FeedEvents): Feed {
  return isPictures(codec) ? new PictureFeed(video, options, events) : new MediaFeed(video, options, events);
}
