CREATE TABLE `share_links` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`project_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `share_links_id_unique` ON `share_links` (`id`);--> statement-breakpoint
CREATE INDEX `share_links_by_project` ON `share_links` (`project_id`);--> statement-breakpoint
CREATE TABLE `sites` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`revision` integer NOT NULL,
	`expires_at` integer
);
--> statement-breakpoint
CREATE INDEX `sites_by_project` ON `sites` (`project_id`);--> statement-breakpoint
CREATE INDEX `sites_by_expiry` ON `sites` (`expires_at`);