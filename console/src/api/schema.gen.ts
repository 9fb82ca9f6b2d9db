// Made from crates/server/openapi.json by dev/schema.mjs (npm run schema). Not to be edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AbsentStoreKey: {
            key: string;
            /**
             * Format: int64
             * @description Segments that cannot be read without it. They are not damaged.
             */
            segments: number;
        };
        AcceptRequest: {
            /** @description False sends it back: the order is open again. */
            accepted: boolean;
            words: string;
        };
        AccessEntries: {
            /** @description Newest first. */
            entries: components["schemas"]["AccessEntry"][];
            next_cursor?: string | null;
            /**
             * @description Minutes that a restore took from a mirror: that nothing else was in their place is proved, what their entries say is not in
             *     this copy, and so they are not among the entries.
             */
            restored: components["schemas"]["RestoredMinutes"][];
            /**
             * Format: int64
             * @description Entries in the log.
             */
            size: number;
        };
        AccessEntry: {
            /** @description The account, or the name of the system's procedure. */
            account: string;
            approver?: string | null;
            cameras: components["schemas"]["Named"][];
            /**
             * Format: int64
             * @description How many cameras, when there are more than the entry lists.
             */
            cameras_count: number;
            case?: string | null;
            class: components["schemas"]["EntryClass"];
            /** Format: int64 */
            index: number;
            kind?: components["schemas"]["Act"] | null;
            legal_basis?: components["schemas"]["LegalBasis"] | null;
            note?: string | null;
            outcome: components["schemas"]["Outcome"];
            person?: components["schemas"]["Named"] | null;
            place: string;
            /** @description Under which post the person acted. */
            post: string;
            /** @description A signed checkpoint covers it. */
            published: boolean;
            purpose?: components["schemas"]["Purpose"] | null;
            /** @description To whom footage was handed, in words. */
            recipient?: string | null;
            /**
             * Format: int64
             * @description The session entry that this record belongs to.
             */
            refers_to?: number | null;
            served?: components["schemas"]["Served"] | null;
            /** @description From and to in Unix milliseconds. */
            span?: number[] | null;
            /** @description The camera, person, view or export acted upon. */
            subject?: string | null;
            /** @description What was changed or asked for, as `field=value` lines. */
            text?: string | null;
            /**
             * Format: int64
             * @description Null, like everything below but the class, when the record's key has gone at the end of its term.
             */
            time_ms?: number | null;
        };
        /** @description An entry with everything that a program needs to recompute its place in the published log. */
        AccessProof: {
            batch?: components["schemas"]["BatchProof"] | null;
            batch_leaf_b64?: string | null;
            /** Format: int64 */
            batch_leaf_index?: number | null;
            /** @description The signed note. */
            checkpoint?: string | null;
            commitment_hex: string;
            entry: components["schemas"]["AccessEntry"];
            /** @description RFC 6962 §2.1.1, hexadecimal hashes from the leaf upwards. */
            inclusion: string[];
            leaf_b64: string;
            /** @description Null when the record's key has gone at the end of its term. */
            record_b64?: string | null;
            salt_hex?: string | null;
        };
        /** @description How long an account may rest before it is dormant, and how often posts are confirmed. */
        AccountRules: {
            /** Format: int32 */
            confirm_days: number;
            /** Format: int32 */
            dormant_days: number;
        };
        Accusation: {
            /** Format: int64 */
            at_ms: number;
            authority?: components["schemas"]["Named"] | null;
            contact?: string | null;
            /** Format: int64 */
            due_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            /** @description It came to the reader because the authority below is late. */
            escalated: boolean;
            id: string;
            kind: components["schemas"]["AccusedKind"];
            number: string;
            stage: components["schemas"]["AccusationStage"];
            steps: components["schemas"]["AccusationStep"][];
            what: string;
            who: string;
        };
        AccusationFollow: {
            code: string;
            number: string;
        };
        AccusationMoment: {
            /** Format: int64 */
            at_ms: number;
            stage: components["schemas"]["AccusationStage"];
        };
        AccusationReceipt: {
            /** @description Shown once: only its hash is kept. */
            code: string;
            /** Format: int64 */
            due_ms?: number | null;
            number: string;
            /** @description An authority has it that it does not concern; otherwise auditors have it whom it does not concern. */
            routed: boolean;
        };
        AccusationRequest: {
            /** @description How the reporter can be reached, if they want; at most 200 characters, kept sealed. */
            contact?: string | null;
            /** @description Six digits of GB/T 2260, if the reporter knows them. */
            division?: string | null;
            kind: components["schemas"]["AccusedKind"];
            /** @description What happened; at most 4000 characters. */
            what: string;
            /** @description Who it is about, in words; at most 100 characters. */
            who: string;
        };
        /**
         * @description How far an accusation is.
         * @enum {string}
         */
        AccusationStage: "received" | "taken_up" | "answered" | "closed";
        AccusationState: {
            answer?: string | null;
            /** Format: int64 */
            due_ms?: number | null;
            number: string;
            outcome?: string | null;
            /** Format: int64 */
            received_ms: number;
            stage: components["schemas"]["AccusationStage"];
            stages: components["schemas"]["AccusationMoment"][];
        };
        AccusationStep: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            stage: components["schemas"]["AccusationStage"];
            text: string;
        };
        AccusationStepRequest: {
            /** @description `taken_up`, `answered` (the reporter reads the text), `closed` (with the outcome). */
            stage: components["schemas"]["AccusationStage"];
            /** @description At most 2000 characters. */
            text: string;
        };
        Accusations: {
            /** @description Newest first; what concerns the reader is not among them, nor in a number. */
            accusations: components["schemas"]["Accusation"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Not closed yet, whatever the query asks.
             */
            open: number;
            /**
             * Format: int64
             * @description Of the query, on all pages.
             */
            total: number;
        };
        /**
         * @description What an accusation is about, as the reporter says.
         * @enum {string}
         */
        AccusedKind: "unit" | "public_security" | "authority" | "person";
        /**
         * @description The act that an entry of the access log registers.
         * @enum {string}
         */
        Act: "live" | "playback" | "still" | "export" | "collect" | "use" | "sign_in" | "sign_out" | "sign_in_failed" | "read_registry" | "change_camera" | "register_passkey" | "rename_passkey" | "remove_passkey" | "passkey_copied" | "link_identity" | "unlink_identity" | "invite_identity" | "probe_camera" | "change_person" | "change_unit" | "change_layout" | "read_ledger" | "read_health" | "read_timeline" | "open_case" | "confirm_case" | "close_case" | "read_cases" | "ask_grant" | "approve_grant" | "decline_grant" | "revoke_grant" | "read_grants" | "set_four_eyes" | "share_clip" | "read_colleagues" | "refused" | "anonymous_refused" | "start" | "stop" | "check" | "system_read" | "expire_package" | "break_off_export" | "place_hold" | "ask_release" | "approve_release" | "decline_release" | "end_hold" | "review_hold" | "read_holds" | "change_retention" | "stop_stream" | "resume_stream" | "explain_gap" | "decide_gap" | "announce_maintenance" | "decide_maintenance" | "switch_sound" | "store_key" | "credentials_key" | "decrypt" | "backup" | "forget_backup" | "restore" | "migrate" | "planned_stop" | "change_disk" | "note_disk" | "back_fill" | "witness_alarm" | "machine_read" | "read_gaps" | "ask_challenge" | "answer_challenge" | "change_record" | "import_records" | "read_basic_data" | "change_many" | "rotate_credentials" | "life_step" | "ask_change" | "decide_change" | "adopt_pack" | "set_override" | "end_override" | "note_floors" | "note_findings" | "change_record_term" | "forget_entries" | "add_document" | "read_document" | "change_clearance" | "commissioning_still" | "confirm_still" | "file_system" | "read_dossier" | "report_pressure" | "read_pressure" | "close_pressure" | "make_system_dossier" | "collect_system_dossier" | "demand_retention" | "prove_retention" | "raise_clip_level" | "lower_clip_level" | "trace_copy" | "begin_takeover" | "end_takeover" | "enter_training" | "revoke_training" | "vet_person" | "change_term" | "reactivate" | "leave" | "confirm_posts" | "change_account_rules" | "ask_question" | "explain_question" | "answer_question" | "read_questions" | "change_watching" | "explore_policy" | "open_retrieval" | "amend_retrieval" | "check_credentials" | "complete_retrieval" | "approve_retrieval" | "refuse_retrieval" | "hand_over" | "acknowledge_receipt" | "follow_copy" | "read_retrievals" | "read_copies" | "change_roster" | "take_over_shift" | "hand_over_shift" | "stay_on_shift" | "write_watch_log" | "report_suspicion" | "acknowledge_report" | "note_visitor" | "read_duty" | "change_alarm_source" | "receive_event" | "acknowledge_alarm" | "escalate_alarm" | "close_alarm" | "read_alarms" | "change_alarm_term" | "ptz" | "end_ptz" | "change_ptz" | "go_home" | "patrol" | "bind_layout" | "change_authority" | "read_supervision" | "receive_accusation" | "handle_accusation" | "set_area_target" | "take_figures" | "read_evidence" | "supervise" | "answer_supervision" | "adopt_rule" | "confirm_rule" | "record_drill" | "keep_round" | "change_work_order" | "accept_repair" | "draw_assessment" | "sign_assessment" | "read_routines" | "change_routines" | "open_folder" | "add_to_folder" | "withdraw_from_folder" | "close_folder" | "reopen_folder" | "read_folders" | "hold_folder" | "export_folder" | "change_mail_server" | "change_webhook" | "set_reminders" | "send_reminders" | "lodge_claim" | "settle_claim" | "read_claims" | "change_requester" | "file_request" | "follow_requests" | "receive_package" | "supply_request" | "handle_request" | "read_requests" | "withdraw_request" | "change_retrieval_terms" | "sign_in_beside" | "leave_console" | "change_service_hours" | "announce_software" | "explain_software" | "note_software";
        /** @description Whether an act would be permitted now. */
        ActMay: {
            act: components["schemas"]["Act"];
            /** @description What would be refused next, once that is mended. */
            further: components["schemas"]["PolicyRefusal"][];
            grants: components["schemas"]["PolicyGrant"][];
            refusal?: components["schemas"]["PolicyRefusal"] | null;
            /** @description Who is signed in beside them, where that is what permits it. */
            second_person?: string | null;
        };
        ActPolicy: {
            act: components["schemas"]["Act"];
            /** @description Each grant once, whichever of the cameras it is about. */
            grants: components["schemas"]["PolicyGrant"][];
            /**
             * Format: int64
             * @description Cameras of the unit for which it would be permitted.
             */
            permitted: number;
            refused: components["schemas"]["RefusedCameras"][];
            /** @description Who is signed in beside them, where that is what permits it. */
            second_person?: string | null;
        };
        /** @description A pack that a unit made its own rule. */
        Adoption: {
            /** Format: int64 */
            at_ms: number;
            document_id: string;
            entry: components["schemas"]["EntryRef"];
            pack: string;
        };
        AdoptionRequest: {
            /** @description The unit's decision, among its documents. */
            document_id: string;
            pack: string;
        };
        Adoptions: {
            adoptions: components["schemas"]["Adoption"][];
        };
        Alarm: {
            /**
             * Format: int64
             * @description When it counts as having happened, by the sender's clock, by ours.
             */
            at_ms: number;
            cameras: components["schemas"]["Named"][];
            entry: components["schemas"]["EntryRef"];
            escalated_to?: components["schemas"]["Role"] | null;
            /** Format: int64 */
            happened_ms: number;
            id: string;
            /** @description As the sender names it; its name is empty when it was not registered. */
            input: string;
            input_name: string;
            kind: components["schemas"]["EventKind"];
            outcome?: components["schemas"]["AlarmOutcome"] | null;
            /**
             * Format: int64
             * @description When it was escalated because its term had passed.
             */
            overdue_ms?: number | null;
            priority?: components["schemas"]["AlarmPriority"] | null;
            /** Format: int64 */
            received_ms: number;
            source?: components["schemas"]["Named"] | null;
            state: components["schemas"]["AlarmState"];
            unit?: components["schemas"]["Named"] | null;
            words: string;
        };
        AlarmDetail: {
            alarm: components["schemas"]["Alarm"];
            /** @description What was done about it, in order. */
            steps: components["schemas"]["AlarmStep"][];
        };
        AlarmInput: {
            /** @description Those that the reader may know of. */
            cameras: components["schemas"]["Named"][];
            code: string;
            name: string;
            priority?: components["schemas"]["AlarmPriority"] | null;
        };
        AlarmInputRequest: {
            /** @description Cameras of the unit that look at it, at most 16. */
            cameras?: string[];
            /** @description As the sender names it, at most 64 characters. */
            code: string;
            /** @description At most 100 characters. */
            name: string;
            priority?: components["schemas"]["AlarmPriority"] | null;
        };
        AlarmInputsRequest: {
            /** @description All inputs, in place of those before; at most 256. */
            inputs: components["schemas"]["AlarmInputRequest"][];
        };
        /**
         * @description What an alarm turned out to be.
         * @enum {string}
         */
        AlarmOutcome: "handled" | "passed_on" | "false" | "unclear";
        /** @description A camera of an open alarm, and where it stands (WGS-84). */
        AlarmPlace: {
            camera: components["schemas"]["Named"];
            /** Format: double */
            latitude: number;
            /** Format: double */
            longitude: number;
        };
        /** @description Cameras whose exact place one does not know are left out. */
        AlarmPlaces: {
            places: components["schemas"]["AlarmPlace"][];
        };
        /**
         * @description How urgent an alarm is.
         * @enum {string}
         */
        AlarmPriority: "low" | "medium" | "high";
        AlarmSource: {
            contractor?: components["schemas"]["Named"] | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** @description Its system is in use: its events raise alarms. Else they are kept as test events. */
            in_use: boolean;
            inputs: components["schemas"]["AlarmInput"][];
            kind: components["schemas"]["AlarmSourceKind"];
            maker: string;
            name: string;
            priority?: components["schemas"]["AlarmPriority"] | null;
            /** Format: int64 */
            registered_ms: number;
            /** Format: int64 */
            retired_ms?: number | null;
            /** @description The stage of its system's life; null when the system's record was removed. */
            stage?: string | null;
            system: components["schemas"]["Named"];
            /**
             * Format: int64
             * @description When the token that holds was made; null: none, or revoked.
             */
            token_ms?: number | null;
            unit: components["schemas"]["Named"];
        };
        /**
         * @description What a compatible alarm or door system is.
         * @enum {string}
         */
        AlarmSourceKind: "intrusion" | "entrance" | "fire" | "help_button" | "other";
        AlarmSourceRequest: {
            contractor_id?: string | null;
            kind: components["schemas"]["AlarmSourceKind"];
            maker?: string;
            /** @description At most 100 characters. */
            name: string;
            priority?: components["schemas"]["AlarmPriority"] | null;
            /** @description The system of the register that it is part of: its acceptance and filing count. */
            system_id: string;
            unit_id: string;
        };
        AlarmSources: {
            sources: components["schemas"]["AlarmSource"][];
            terms: components["schemas"]["AlarmTerm"][];
        };
        /**
         * @description Where an event is in its life; noted and test events are no alarms.
         * @enum {string}
         */
        AlarmState: "noted" | "test" | "open" | "acknowledged" | "closed";
        AlarmStep: {
            /** Format: int64 */
            at_ms: number;
            by?: components["schemas"]["Named"] | null;
            entry: components["schemas"]["EntryRef"];
            /** @description `acknowledge`, `escalate` or `close`. */
            step: string;
            to?: components["schemas"]["Role"] | null;
            words: string;
        };
        /** @description How long a high alarm of a unit waits before it is escalated by itself. */
        AlarmTerm: {
            /** Format: int32 */
            term_s: number;
            unit: components["schemas"]["Named"];
        };
        AlarmTermRequest: {
            /**
             * Format: int32
             * @description 30 to 3600 seconds.
             */
            term_s: number;
            unit_id: string;
        };
        AlarmToken: {
            /** @description Shown once. To be sent as `Authorization: Bearer`. */
            token: string;
        };
        Alarms: {
            /** @description Newest first. */
            alarms: components["schemas"]["Alarm"][];
            next_cursor?: string | null;
        };
        Applied: {
            entry: components["schemas"]["EntryRef"];
        };
        ApplyRequest: {
            hash: string;
            /** @description Why; where cameras are switched off it must be said. */
            reason?: string | null;
        };
        /** @description Figures of the area of one's authority. Secret systems are in none of them. */
        AreaFigures: {
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Authority"];
            /** @description By category of place: places, points and cameras. Of systems, filings and findings nothing is said by category. */
            categories: components["schemas"]["AreaRow"][];
            /** @description By divisions of the next level. */
            divisions: components["schemas"]["AreaRow"][];
            targets: components["schemas"]["AreaTarget"][];
            whole: components["schemas"]["AreaRow"];
        };
        /**
         * @description A figure of an area for which a target may be set.
         * @enum {string}
         */
        AreaIndicator: "systems" | "systems_in_use" | "points" | "cameras" | "places_covered" | "accepted" | "filed" | "available" | "floors_kept";
        /** @description What an area, a division of it, or a category of place has. */
        AreaRow: {
            /** Format: int32 */
            accepted_bp?: number | null;
            /**
             * Format: int32
             * @description Recorded of owed time of the last 30 days.
             */
            available_bp?: number | null;
            /**
             * Format: int32
             * @description Findings that are open: what is forbidden and goes on, what is late, what is to be completed.
             */
            breaches: number;
            /** Format: int32 */
            cameras: number;
            /** Format: int32 */
            cameras_off: number;
            /** Format: int32 */
            cameras_sending: number;
            /** Format: int32 */
            cameras_silent: number;
            /**
             * Format: int32
             * @description Of all cameras, those that turn.
             */
            cameras_turning: number;
            /** @description Six digits of GB/T 2260, or the category of place. */
            code: string;
            /** Format: int32 */
            due: number;
            /** Format: int32 */
            filed_bp?: number | null;
            /**
             * Format: int32
             * @description Owed or made.
             */
            filings: number;
            /** Format: int32 */
            filings_made: number;
            /**
             * Format: int32
             * @description Cameras with a floor of footage that a text asks for; of them, those whose footage reaches so far back.
             */
            floors: number;
            /** Format: int32 */
            floors_kept: number;
            /** Format: int32 */
            floors_kept_bp?: number | null;
            name?: components["schemas"]["Bilingual"] | null;
            /** Format: int32 */
            notes: number;
            /** Format: int32 */
            places: number;
            /** Format: int32 */
            places_covered: number;
            /**
             * Format: int32
             * @description Shares in hundredths of a percent; null where there is nothing of which to be a share.
             */
            places_covered_bp?: number | null;
            /**
             * Format: int32
             * @description Places that must have a system; of them, those that have a point of one.
             */
            places_owed: number;
            /** Format: int32 */
            points: number;
            /** Format: int32 */
            systems: number;
            /** Format: int32 */
            systems_accepted: number;
            /** Format: int32 */
            systems_in_use: number;
        };
        /** @description A target, and how it stands now. */
        AreaTarget: {
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Named"];
            by: components["schemas"]["Named"];
            division: string;
            division_name?: string | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            indicator: components["schemas"]["AreaIndicator"];
            is_share: boolean;
            /** @description It is of the reader's own authority, which may take it back. */
            own: boolean;
            plan: string;
            /**
             * Format: int32
             * @description What stands now; null where there is nothing of which to be a share.
             */
            stands_hundredths?: number | null;
            state: components["schemas"]["AreaTargetState"];
            /**
             * Format: int32
             * @description In hundredths; of a percent where the indicator is a share.
             */
            target_hundredths: number;
            /**
             * Format: int64
             * @description By whose end.
             */
            year: number;
        };
        AreaTargetEndRequest: {
            /** @description At most 500 characters. */
            reason: string;
        };
        AreaTargetRequest: {
            /** @description Six digits: of the area, or below it. */
            division: string;
            indicator: components["schemas"]["AreaIndicator"];
            /** @description The plan that says so, at most 200 characters. */
            plan: string;
            /**
             * Format: int32
             * @description In hundredths; of a percent where the indicator is a share, then at most 10000.
             */
            target_hundredths: number;
            /**
             * Format: int64
             * @description This year, or up to twenty later.
             */
            year: number;
        };
        /**
         * @description How a target of an area stands.
         * @enum {string}
         */
        AreaTargetState: "open" | "reached" | "missed";
        Assessment: {
            drawn: components["schemas"]["RoutineHand"];
            /** Format: int64 */
            from_ms: number;
            id: string;
            measured: components["schemas"]["AssessmentMeasured"];
            sha256: string;
            signed?: components["schemas"]["RoutineHand"] | null;
            /** @description The text that was frozen, and its SHA-256, which is in the entry. */
            snapshot: string;
            /** Format: int64 */
            to_ms: number;
        };
        /** @description What was measured: of the span, and as it stood when it was drawn up. */
        AssessmentMeasured: {
            /**
             * Format: int64
             * @description Effect, as it stood.
             */
            below_floor: number;
            /**
             * Format: int64
             * @description Effect, over the span.
             */
            cameras: number;
            /** Format: int64 */
            damaged_places: number;
            /** Format: int64 */
            drills: number;
            /** Format: int64 */
            faults: number;
            /** Format: int64 */
            findings_breach: number;
            /** Format: int64 */
            findings_due: number;
            /** Format: int64 */
            findings_note: number;
            /** Format: int64 */
            gaps: number;
            /** @description Gaps by cause, those that there were. */
            gaps_by_cause: components["schemas"]["GapsOfCause"][];
            /** Format: double */
            horizon_days?: number | null;
            /** Format: double */
            justified_s: number;
            /** Format: double */
            missing_s: number;
            /** Format: int64 */
            orders_late: number;
            /** Format: int64 */
            orders_open: number;
            /** Format: double */
            owed_s: number;
            /** Format: double */
            recorded_s: number;
            /**
             * Format: int64
             * @description Security.
             */
            refused_attempts: number;
            /**
             * Format: int64
             * @description Rounds signed off in the span.
             */
            rounds: number;
            /**
             * Format: int64
             * @description Rules in force that somebody has not confirmed.
             */
            rules_in_force: number;
            /** Format: int64 */
            rules_unconfirmed: number;
            /** Format: int64 */
            staff: number;
            /**
             * Format: int64
             * @description Posts with pictures of people without valid training or vetting.
             */
            unfit: number;
            /** Format: int64 */
            witness_alarms: number;
        };
        AssessmentRequest: {
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int64
             * @description Not in the future; at most two years after from_ms.
             */
            to_ms: number;
            unit_id: string;
        };
        Assessments: {
            /** @description Newest first. */
            assessments: components["schemas"]["Assessment"][];
            /** Format: int64 */
            due_ms: number;
            /** Format: int32 */
            every_days: number;
            may_draw: boolean;
            may_sign: boolean;
            unit: components["schemas"]["Named"];
        };
        Authorities: {
            authorities: components["schemas"]["Authority"][];
        };
        Authority: {
            division: string;
            ended?: components["schemas"]["AuthorityEnd"] | null;
            id: string;
            industry?: string | null;
            kind: components["schemas"]["AuthorityKind"];
            /** @description `county`, `city`, `province`, `national`: as the division says. */
            level: string;
            name: string;
            /** @description Shown to administrators only. */
            supervisors: components["schemas"]["Named"][];
            /** @description What it was, oldest first; in the list only. */
            versions: components["schemas"]["AuthorityVersion"][];
        };
        /** @description What an authority becomes; what is absent stays. */
        AuthorityChangeRequest: {
            /** @description Six digits; the level follows. */
            division?: string | null;
            industry?: string | null;
            name?: string | null;
            /** @description At most 500 characters. */
            reason: string;
        };
        AuthorityEnd: {
            /** Format: int64 */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            open_count: number;
            reason: string;
            successor?: components["schemas"]["Named"] | null;
        };
        AuthorityEndRequest: {
            /** @description At most 500 characters. */
            reason: string;
            /** @description Whose area holds the ended one's. */
            successor_id?: string | null;
        };
        /**
         * @description What kind of authority supervises.
         * @enum {string}
         */
        AuthorityKind: "public_security" | "industry" | "information";
        AuthorityRequest: {
            /** @description Six digits of GB/T 2260; `000000` is the whole country. */
            division: string;
            /** @description Of an industry's authority: the category of place. */
            industry?: string | null;
            kind: components["schemas"]["AuthorityKind"];
            /** @description At most 100 characters. */
            name: string;
        };
        AuthorityVersion: {
            /** Format: int64 */
            at_ms: number;
            division: string;
            entry: components["schemas"]["EntryRef"];
            industry?: string | null;
            name: string;
            /** @description Empty of the first. */
            reason: string;
            /** Format: int32 */
            version: number;
        };
        Availability: {
            /** Format: int64 */
            from_ms: number;
            rows: components["schemas"]["AvailabilityRow"][];
            /** Format: int64 */
            to_ms: number;
        };
        /** @description Of one camera, system, unit or all, over one part of the span. Owed is recorded, missing and unaccounted together. */
        AvailabilityRow: {
            about?: components["schemas"]["Named"] | null;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: double
             * @description Of the missing time, what is justified.
             */
            justified_s: number;
            /**
             * Format: double
             * @description Justified of missing, 0 to 1; null when nothing is missing.
             */
            justified_share?: number | null;
            /** @description By cause; causes without a gap are left out. */
            missing: components["schemas"]["MissingByCause"][];
            /** Format: double */
            missing_s: number;
            /**
             * Format: double
             * @description Since each camera was registered, up to now or to its retirement.
             */
            owed_s: number;
            /** Format: double */
            recorded_s: number;
            /**
             * Format: double
             * @description Recorded of owed, 0 to 1.
             */
            share?: number | null;
            /** Format: int64 */
            to_ms: number;
            /**
             * Format: double
             * @description Owed, and neither recorded nor in a gap: before the first picture, or not known yet.
             */
            unaccounted_s: number;
        };
        Award: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            /** @description Its number is the name. */
            case: components["schemas"]["Named"];
            decision?: components["schemas"]["AwardDecision"] | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            merit: string;
            unit: components["schemas"]["Named"];
            whom: string;
        };
        AwardDecision: {
            /** Format: int64 */
            at_ms: number;
            by: string;
            entry: components["schemas"]["EntryRef"];
            granted: boolean;
            text: string;
        };
        AwardDecisionRequest: {
            granted: boolean;
            /** @description At most 1000 characters. */
            text: string;
        };
        AwardRequest: {
            /** @description A case of the unit that somebody has confirmed. */
            case_id: string;
            /** @description At most 1000 characters. */
            merit: string;
            unit_id: string;
            /** @description A unit or a person, in words; at most 100 characters. */
            whom: string;
        };
        Awards: {
            /** @description Newest first. */
            awards: components["schemas"]["Award"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        BatchProof: {
            /** Format: int64 */
            index_in_batch: number;
            /**
             * Format: int64
             * @description Minutes since 1970.
             */
            minute: number;
            proof: string[];
            /**
             * Format: int64
             * @description Leaves of the batch, padding included.
             */
            size: number;
        };
        /** @description The same sentence in both languages. */
        Bilingual: {
            en: string;
            zh: string;
        };
        /** @description What the register asks of whoever answers for the unit, today and in the days to come. */
        Board: {
            /**
             * Format: int64
             * @description Found today, by weight: the list is `GET /api/findings/register`.
             */
            breaches: number;
            /** Format: int64 */
            closed_in_week: number;
            /** @description Found in the days to come if nothing is done, by day; at most 500. */
            coming: components["schemas"]["ComingFinding"][];
            /**
             * Format: int64
             * @description All of them.
             */
            coming_total: number;
            /** @description The day at the units, `YYYY-MM-DD`. */
            day: string;
            /**
             * Format: int32
             * @description How far it looks ahead.
             */
            days: number;
            /** Format: int64 */
            due: number;
            /** Format: int64 */
            notes: number;
            /**
             * Format: int64
             * @description Since seven days ago.
             */
            opened_in_week: number;
            /**
             * Format: int64
             * @description Breaches and what is due, where the same thing said of the same by several articles is one: what somebody must do something about.
             */
            owed: number;
        };
        /**
         * @description The duties that bind a system here, and how each stands: those of the register, routines, and what clocks ask (orders, proofs of
         *     retention, requests, claims, duty watch, inspections, and what authorities owe).
         */
        BoardDuties: {
            /** Format: int64 */
            breached: number;
            /** @description The day at the units, `YYYY-MM-DD`. */
            day: string;
            /**
             * Format: int32
             * @description How far `due` looks ahead.
             */
            days: number;
            /** Format: int64 */
            due: number;
            /** @description In the packs' order; at most 600. */
            duties: components["schemas"]["BoardDuty"][];
            /** Format: int64 */
            late: number;
            /** Format: int64 */
            met: number;
            /** Format: int64 */
            nothing_found: number;
        };
        /** @description One control of one article. */
        BoardDuty: {
            /** @description `pack:article` */
            article: string;
            /**
             * Format: int32
             * @description Found today, by weight.
             */
            breaches: number;
            /**
             * Format: int32
             * @description Found within the days if nothing is done.
             */
            coming: number;
            control: string;
            control_name: components["schemas"]["Bilingual"];
            /** Format: int32 */
            late: number;
            /** Format: int32 */
            notes: number;
            /** @description Records that show that it is kept; at most 5. */
            shown: components["schemas"]["Named"][];
            /**
             * Format: int32
             * @description All of them.
             */
            shown_count: number;
            /**
             * @description `breached`, `late`, `due`: it will be late within the days if nothing is done; `met`: nothing is found and `shown` shows it;
             *     `nothing_found`: no record of it is held either.
             */
            state: string;
            /**
             * Format: int32
             * @description Systems that it binds here.
             */
            systems: number;
            title: components["schemas"]["Bilingual"];
        };
        BulkRequest: {
            /** @description `camera` or a kind of record. */
            kind: string;
            selection: components["schemas"]["SelectionRequest"];
            /** @description New values by field; `null` empties one. */
            set: Record<string, never>;
        };
        Camera: {
            /** @description Older than the life cycle: in use and unfiled. */
            before_life_cycle: boolean;
            /**
             * @description SHA-256 of the certificate that was accepted for this camera, in hexadecimal; null without one, and for those who do
             *     not administer the camera.
             */
            certificate?: string | null;
            enabled: boolean;
            /**
             * Format: int32
             * @description Footage younger than this is never deleted.
             */
            floor_days: number;
            group_id?: string | null;
            /** @description A user name and password are stored; they are never shown again. */
            has_credentials: boolean;
            id: string;
            main: components["schemas"]["CameraStream"];
            name: string;
            /**
             * Format: int32
             * @description The camera's own floor; null: the system's alone.
             */
            own_floor_days?: number | null;
            /** @description Where it stands, in words; empty where it is withheld. */
            place: string;
            /** @description It is confidential basic data to the reader, who neither keeps it nor watches this camera now (national-2016:6). */
            place_withheld: boolean;
            /** @description Where it stands, in the register. */
            point_id?: string | null;
            /** @description As footage, in test mode before acceptance, or not at all. */
            recording: components["schemas"]["CameraRecording"];
            /**
             * Format: int32
             * @description 1 (ordinary) to 3 (most restricted).
             */
            security_level: number;
            sound?: components["schemas"]["SoundSwitch"] | null;
            state: components["schemas"]["CameraState"];
            sub?: components["schemas"]["CameraStream"] | null;
            transport: components["schemas"]["Transport"];
            /** @description It can be turned: see its `ptz`. */
            turns: boolean;
            unit_id: string;
        };
        /** @description Absent fields stay as they are. */
        CameraChange: {
            /** @description Null: none is accepted any more. */
            certificate?: string | null;
            /** @description `false`: nothing is recorded until it is switched on again. It wants a reason. */
            enabled?: boolean | null;
            /**
             * Format: int32
             * @description Null: the system's floor alone.
             */
            floor_days?: number | null;
            /** @description Null takes the camera out of its group. */
            group_id?: string | null;
            main_url?: string | null;
            name?: string | null;
            password?: string | null;
            place?: string | null;
            /** @description Why, for the ledger. */
            reason?: string | null;
            /** Format: int32 */
            security_level?: number | null;
            /** @description Null takes the sub stream away. */
            sub_url?: string | null;
            transport?: components["schemas"]["Transport"] | null;
            unit_id?: string | null;
            /** @description Given together with the password; both empty: the stored ones are removed. */
            username?: string | null;
        };
        CameraClock: {
            camera: components["schemas"]["Named"];
            is_off: boolean;
            /** Format: int64 */
            measured_ms?: number | null;
            /**
             * Format: int64
             * @description Camera minus server, from its sender reports; null: it sends none, or did not connect in this run.
             */
            offset_ms?: number | null;
        };
        /** @description Cameras of one group itself; without one those of the unit that are in none. */
        CameraCount: {
            /** Format: int64 */
            cameras: number;
            group_id?: string | null;
            unit_id: string;
        };
        CameraCounts: {
            counts: components["schemas"]["CameraCount"][];
            /** Format: int64 */
            total: number;
        };
        CameraPlacement: {
            /** @description A point of the camera's unit. */
            point_id: string;
        };
        /** @description Who may see a camera now. */
        CameraPolicy: {
            entry: components["schemas"]["EntryRef"];
            /**
             * Format: int64
             * @description Other accounts: none of their posts is for this unit.
             */
            others: number;
            /** @description Everybody with a post in the camera's unit, by account. */
            people: components["schemas"]["PersonMay"][];
        };
        /**
         * @description How a camera may be recorded.
         * @enum {string}
         */
        CameraRecording: "no" | "test" | "use";
        CameraRequest: {
            /** @description For `rtsps://`: SHA-256 of the camera's certificate, as the test of the address showed it, in hexadecimal. */
            certificate?: string | null;
            /** Format: int32 */
            floor_days?: number | null;
            group_id?: string | null;
            main_url: string;
            name: string;
            password?: string | null;
            place?: string;
            /**
             * Format: int32
             * @description What its main stream is planned to send, for example as the test found; unknown is taken as 4000.
             */
            planned_kbps?: number | null;
            /** @description The point where it stands; without one it stays in test mode. */
            point_id?: string | null;
            /** Format: int32 */
            security_level?: number;
            sub_url?: string | null;
            /** @description `tcp` when absent. */
            transport?: components["schemas"]["Transport"];
            unit_id: string;
            username?: string | null;
        };
        CameraState: {
            main: components["schemas"]["StreamState"];
            sound?: components["schemas"]["StreamState"] | null;
            sub?: components["schemas"]["StreamState"] | null;
        };
        CameraStorage: {
            bytes_per_day: components["schemas"]["Range"];
            camera: components["schemas"]["Named"];
            /**
             * Format: int32
             * @description The disk that it is recorded on, or was last; null: on none yet.
             */
            disk?: number | null;
            enabled: boolean;
            /**
             * Format: int64
             * @description Of one priority the newest stops first.
             */
            enrolled_ms: number;
            /** Format: int32 */
            floor_days: number;
            group_id?: string | null;
            /**
             * Format: int32
             * @description What it really sends, as a daily mean.
             */
            measured_kbps: number;
            /** @description It sends at least a fifth more than it was planned with. */
            over_plan: boolean;
            /** Format: int32 */
            planned_kbps?: number | null;
            /**
             * Format: int32
             * @description 1 stops first when the disk is full, 3 last.
             */
            priority: number;
            stopped: boolean;
            /** Format: int64 */
            stored_bytes: number;
            /** Format: int32 */
            term_days: number;
            /**
             * Format: int32
             * @description The disk that it is tied to.
             */
            tied?: number | null;
        };
        /** @description Absent fields stay as they are. */
        CameraStorageChange: {
            /**
             * Format: int32
             * @description Null: the recorder chooses.
             */
            disk?: number | null;
            /**
             * Format: int32
             * @description Null: not known.
             */
            planned_kbps?: number | null;
            /** Format: int32 */
            priority?: number | null;
        };
        CameraStream: {
            recorded: boolean;
            /** @description Without user name and password; null for those who do not administer the camera. */
            url?: string | null;
        };
        CameraTerms: {
            camera: components["schemas"]["Named"];
            /** @description `pack:article` that it comes from; null: a person's longer one, or the installation's. */
            floor_article?: string | null;
            /**
             * Format: int32
             * @description In force for new footage.
             */
            floor_days: number;
            /**
             * Format: int32
             * @description The camera's own; null: the system's alone.
             */
            own_floor_days?: number | null;
            /** Format: int32 */
            own_term_days?: number | null;
            /** Format: int32 */
            term_days: number;
        };
        /** @description Absent fields stay as they are; null follows the system's. */
        CameraTermsChange: {
            document?: string;
            /** Format: int32 */
            floor_days?: number | null;
            reason: string;
            /** Format: int32 */
            term_days?: number | null;
        };
        Cameras: {
            cameras: components["schemas"]["Camera"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        Case: {
            authority: string;
            /** @description Those of its cameras that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            /**
             * Format: int64
             * @description 0, and no system: it concerns the whole unit.
             */
            cameras_count: number;
            close_reason?: string | null;
            closed?: components["schemas"]["CaseStep"] | null;
            /** Format: int64 */
            closes_ms?: number | null;
            confirmed?: components["schemas"]["CaseStep"] | null;
            document_id?: string | null;
            id: string;
            kind: components["schemas"]["CaseKind"];
            /** @description The reader may close it. */
            may_close: boolean;
            /** @description The reader may confirm it: a post, and not the one who opened it. */
            may_confirm: boolean;
            number: string;
            opened: components["schemas"]["CaseStep"];
            state: components["schemas"]["CaseState"];
            /** @description Those of its systems that the reader may know of. */
            systems: components["schemas"]["Named"][];
            /** Format: int64 */
            systems_count: number;
            title: string;
            unit: components["schemas"]["Named"];
        };
        CaseEnd: {
            /** @description At most 500 characters. */
            reason: string;
        };
        /**
         * @description Whose case it is: an authority's, the unit's own incident, an inspection.
         * @enum {string}
         */
        CaseKind: "authority" | "incident" | "supervision";
        CaseRequest: {
            /** @description Whose case it is, at most 100 characters; may be empty for an incident of the unit's own. */
            authority?: string;
            /** @description The cameras that it concerns, at most 64; all of the unit when absent. */
            cameras?: string[];
            /**
             * Format: int64
             * @description When it closes by itself, at most three years from now.
             */
            closes_ms?: number | null;
            /** @description A document of the unit's register. */
            document_id?: string | null;
            kind: components["schemas"]["CaseKind"];
            /** @description As the authority or the unit writes it; at most 80 characters. Once among the unit's open cases. */
            number: string;
            /** @description Systems of the unit's register, at most 16: it concerns the cameras at their points at each moment. */
            systems?: string[];
            /** @description At most 120 characters. */
            title: string;
            /** @description A unit in which one has a post. */
            unit_id: string;
        };
        /** @enum {string} */
        CaseState: "waiting" | "open" | "closed";
        CaseStep: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
        };
        Cases: {
            /** @description Newest first, of the units in which one has a post. */
            cases: components["schemas"]["Case"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        CellProblem: {
            /** @description Where it is the law that forbids it. */
            article?: string | null;
            /** Format: int32 */
            column?: number | null;
            heading: string;
            problem: components["schemas"]["Bilingual"];
            remedy: components["schemas"]["Bilingual"];
            /**
             * Format: int32
             * @description From 1, as a spreadsheet counts.
             */
            row: number;
            sheet: string;
            value: string;
        };
        ChainStep: {
            closed?: components["schemas"]["Bilingual"] | null;
            done: boolean;
            /** @description On whom it may still fall, where it falls on somebody. */
            on: components["schemas"]["Fined"][];
            step: string;
        };
        /** @description One challenge and how many of its instants were answered how; nothing of the last fields until it is answered. */
        Challenge: {
            /** Format: int64 */
            answer_entry?: number | null;
            /** Format: int64 */
            answered_ms?: number | null;
            /**
             * Format: int64
             * @description Entry of the access log.
             */
            asked_entry: number;
            /** Format: int64 */
            asked_ms: number;
            /** @description An account, or another party's machine. */
            asker: string;
            /** Format: int32 */
            cannot?: number | null;
            /** Format: int32 */
            expired?: number | null;
            /**
             * Format: int32
             * @description Proven to be held.
             */
            footage?: number | null;
            /** Format: int64 */
            from_ms: number;
            /** Format: int32 */
            gaps?: number | null;
            id: string;
            /** Format: int32 */
            instants: number;
            /** Format: int32 */
            not_yet?: number | null;
            /** Format: int64 */
            streams: number;
            /** Format: int64 */
            to_ms: number;
        };
        /** @description The 32 bytes that the question committed to. */
        ChallengeNonce: {
            /** @description Hexadecimal. */
            nonce: string;
        };
        /** @description What is asked. Instants and streams are drawn later, from the nonce that is committed to here and one of the server's. */
        ChallengeQuestion: {
            /** @description Camera ids; none: all that the asker may know of. */
            cameras?: string[];
            /** @description SHA-256 over `watchkeeper/challenge-nonce/v1`, a line feed, and 32 secret bytes; hexadecimal. */
            commitment: string;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int32
             * @description At most 200.
             */
            instants: number;
            /**
             * Format: int64
             * @description The size of a checkpoint that the asker has: the terms then show that the log continues it.
             */
            seen_size?: number | null;
            /**
             * Format: int64
             * @description Now when absent.
             */
            to_ms?: number | null;
        };
        Challenges: {
            challenges: components["schemas"]["Challenge"][];
        };
        ChangeDecision: {
            authorise: boolean;
        };
        ChangeRequest: {
            /** Format: int64 */
            asked_ms: number;
            body: Record<string, never>;
            /** @description `place`, `purpose`, `coverage`. */
            changes: string[];
            /** Format: int64 */
            decided_ms?: number | null;
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** @description By the one who is signed in: who asks does not decide. */
            own: boolean;
            person: string;
            person_id: string;
            reason: string;
            record_id: string;
            record_name: string;
            /** @description `asked`, `authorised`, `declined`. */
            state: string;
        };
        ChangeRequestNew: {
            body: Record<string, never>;
            document_id?: string | null;
            reason: string;
            record_id: string;
            /** Format: int32 */
            version: number;
        };
        ChangeRequests: {
            requests: components["schemas"]["ChangeRequest"][];
        };
        /**
         * @description By which way a report reached the public security organ.
         * @enum {string}
         */
        Channel: "telephone" | "in_person" | "letter" | "platform" | "other";
        Claim: {
            act_id: string;
            answer?: components["schemas"]["ClaimAnswer"] | null;
            /** @description Under which it is lodged; `unit:compensation` where no text that binds speaks of it. */
            article: string;
            /** Format: int64 */
            at_ms: number;
            authority: string;
            by: components["schemas"]["Named"];
            cause: components["schemas"]["ClaimCause"];
            /** Format: int64 */
            claimed_fen: number;
            /**
             * Format: int64
             * @description By when the authority answers, or pays what it awarded: the product's own days.
             */
            due_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            items: components["schemas"]["ClaimItem"][];
            late: boolean;
            /** Format: int64 */
            paid_fen: number;
            payments: components["schemas"]["ClaimPayment"][];
            state: components["schemas"]["ClaimState"];
            system_id?: string | null;
            unit: components["schemas"]["Named"];
            what: string;
        };
        ClaimAnswer: {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            awarded_fen: number;
            by: components["schemas"]["Named"];
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            text: string;
        };
        /** @description What the authority answered. Nothing awarded is a refusal, less than claimed an acceptance in part. */
        ClaimAnswerRequest: {
            /** Format: int64 */
            awarded_fen: number;
            document_id?: string | null;
            /** @description Its reason in words, at most 500 characters. */
            text: string;
        };
        /**
         * @description Which act caused a loss: a takeover, a written order, a change that was authorised here.
         * @enum {string}
         */
        ClaimCause: "takeover" | "order" | "change";
        ClaimItem: {
            /** Format: int64 */
            amount_fen: number;
            document_id?: string | null;
            what: string;
        };
        ClaimItemRequest: {
            /** Format: int64 */
            amount_fen: number;
            /** @description Invoice or account, a document of the unit. */
            document_id?: string | null;
            what: string;
        };
        ClaimPayment: {
            /** Format: int64 */
            amount_fen: number;
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
        };
        ClaimPaymentRequest: {
            /** Format: int64 */
            amount_fen: number;
            document_id?: string | null;
        };
        ClaimRequest: {
            /** @description The takeover, the order's document, or the change. */
            act_id?: string | null;
            /** @description Against whom, at most 100 characters. */
            authority: string;
            cause: components["schemas"]["ClaimCause"];
            /** @description At most 30. */
            items: components["schemas"]["ClaimItemRequest"][];
            /** @description The system concerned: its rules say whether a text entitles to it. */
            system_id?: string | null;
            unit_id: string;
            /** @description What was lost or had to be done, at most 500 characters. */
            what: string;
        };
        /**
         * @description How far a claim for compensation is.
         * @enum {string}
         */
        ClaimState: "lodged" | "accepted" | "partly" | "refused" | "paid";
        Claims: {
            /** @description Newest first. */
            claims: components["schemas"]["Claim"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        Clearance: {
            /** Format: int64 */
            at_ms: number;
            document_id: string;
            entry: components["schemas"]["EntryRef"];
            person: string;
            person_id: string;
        };
        ClearanceRequest: {
            /** @description The document of the unit that says so. */
            document_id: string;
        };
        /** @description Who may see a unit's secret systems. */
        Clearances: {
            clearances: components["schemas"]["Clearance"][];
        };
        /** @description A text message from the client on a playback socket. */
        ClientMessage: {
            /** Format: int64 */
            at_ms: number;
            /**
             * Format: int64
             * @description Origin of the media clock that all cameras in step share; `at_ms` when absent.
             */
            base_ms?: number | null;
            /**
             * Format: int32
             * @description Echoed in every message that belongs to this command.
             */
            epoch: number;
            keys_only?: boolean;
            /** Format: float */
            speed?: number;
            /** @enum {string} */
            type: "play";
            /** Format: int64 */
            until_ms?: number | null;
        } | {
            /** @enum {string} */
            type: "pause";
        } | {
            /** Format: int32 */
            epoch: number;
            /** @enum {string} */
            type: "ack";
            /** Format: int64 */
            wall_ms: number;
        };
        /** @description A span of footage with a level of its own. */
        ClipLevel: {
            /** Format: int64 */
            at_ms: number;
            document_id?: string | null;
            /** @description Names it; the entry of who raised it. */
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int32
             * @description 2 (sensitive: a reason is needed) or 3 (secret: a case is needed).
             */
            level: number;
            lowered?: components["schemas"]["ClipLowered"] | null;
            person: components["schemas"]["Named"];
            reason: string;
            /**
             * Format: int64
             * @description Null: from then on, live pictures too.
             */
            to_ms?: number | null;
        };
        /** @description It is taken back: by a paper of the unit's register. */
        ClipLevelLowering: {
            document_id?: string | null;
            reason?: string;
        };
        /** @description A span of footage is raised above its camera's level. */
        ClipLevelRequest: {
            document_id?: string | null;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int32
             * @description 2 or 3.
             */
            level: number;
            reason?: string;
            /**
             * Format: int64
             * @description Absent: from then on, until it is taken back.
             */
            to_ms?: number | null;
        };
        ClipLevels: {
            /** @description Newest first, those that were taken back too. */
            levels: components["schemas"]["ClipLevel"][];
        };
        /** @description How a level was taken back. */
        ClipLowered: {
            /** Format: int64 */
            at_ms: number;
            document_id: string;
            entry: components["schemas"]["EntryRef"];
            person: components["schemas"]["Named"];
            reason: string;
        };
        ClipRequest: {
            /** @description At most 9, of one unit. */
            cameras: string[];
            /** @description Id of a registered case. */
            case?: string | null;
            colleague_id: string;
            /**
             * Format: int64
             * @description At most seven days from now.
             */
            expires_ms: number;
            /**
             * Format: int64
             * @description At most 30 minutes.
             */
            from_ms: number;
            legal_basis: components["schemas"]["LegalBasis"];
            purpose: components["schemas"]["Purpose"];
            /** @description What the colleague is to look at it for; at most 500 characters. */
            reason: string;
            /** Format: int64 */
            to_ms: number;
            /**
             * Format: int32
             * @description How often it may be opened: 1 to 20.
             */
            uses_max: number;
        };
        /** @description Clocks as measured; never corrected. */
        Clocks: {
            cameras: components["schemas"]["CameraClock"][];
            /**
             * Format: int64
             * @description Above this a camera's clock is a finding.
             */
            offset_ms_max: number;
            server: components["schemas"]["ServerClock"];
        };
        CloseAlarmRequest: {
            outcome: components["schemas"]["AlarmOutcome"];
            /** @description At most 500 characters. */
            words?: string;
        };
        /** @description Somebody who can be named: to whom a clip may be handed, who ordered a hold. */
        Colleague: {
            account: string;
            id: string;
            name: string;
        };
        Colleagues: {
            colleagues: components["schemas"]["Colleague"][];
        };
        CollectionRequest: {
            /** @description 12 to 200 characters; kept nowhere. */
            passphrase: string;
        };
        /** @description A finding that is not there yet. */
        ComingFinding: {
            /** @description The first day on which it is found, `YYYY-MM-DD`. */
            day: string;
            /** @description As it will be. */
            finding: components["schemas"]["Finding"];
            /** Format: int32 */
            in_days: number;
        };
        CommissioningPoint: {
            camera?: components["schemas"]["Named"] | null;
            measured?: components["schemas"]["StreamState"] | null;
            point: components["schemas"]["Named"];
            still?: components["schemas"]["StillOfPoint"] | null;
            /** @description The article that asks for a confirmed still. */
            still_asked_by?: string | null;
        };
        CommissioningTable: {
            /**
             * Format: int64
             * @description A clock that is off by more is a finding.
             */
            clock_offset_ms_max: number;
            /** @description `h264`, `h265`, `mjpeg`. */
            codec?: string | null;
            /** @description What was built otherwise than it was reviewed. */
            differs: components["schemas"]["Deviation"][];
            /** Format: double */
            frame_rate_min?: number | null;
            /** Format: int32 */
            height_px_min?: number | null;
            /** @description At most 200, by name; a point with two cameras has two rows. */
            points: components["schemas"]["CommissioningPoint"][];
            /** Format: int64 */
            points_total: number;
            /**
             * Format: int32
             * @description What the design wants at least.
             */
            width_px_min?: number | null;
        };
        CompletenessReport: {
            /** @description What lacks most first. */
            rows: components["schemas"]["CompletenessRow"][];
            /**
             * Format: int64
             * @description Unchanged for longer than this, a record is stale.
             */
            stale_days: number;
        };
        /** @description The records of one kind and one unit. */
        CompletenessRow: {
            /**
             * Format: int64
             * @description Records that lack an expected value.
             */
            incomplete: number;
            kind: string;
            /** @description In the order of the form. */
            lacking: components["schemas"]["LackingField"][];
            /**
             * Format: int64
             * @description When the longest unchanged record was changed.
             */
            oldest_ms: number;
            /** Format: int64 */
            records: number;
            /**
             * Format: int64
             * @description Records that nobody has changed for longer than `stale_days`.
             */
            stale: number;
            /** @description Null: of the whole installation. */
            unit_id?: string | null;
            /**
             * Format: int64
             * @description Values that all the records should have together.
             */
            values_expected: number;
            /** Format: int64 */
            values_missing: number;
        };
        /**
         * @description What came of a question.
         * @enum {string}
         */
        Conclusion: "in_order" | "instructed" | "passed_on";
        /** @description What the person says beside their name. */
        Confirmation: {
            note?: string;
        };
        Copies: {
            copies: components["schemas"]["Export"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        CopyReceiptRequest: {
            /** @description The signed receipt, as a document of the unit's register. */
            document_id?: string | null;
            note?: string;
            /** @description Who received it, at most 200 characters. */
            received_by: string;
            /** @description Whoever received it has signed to keep to use and secrecy: needed where the form says so. */
            undertakes?: boolean;
        };
        Deviation: {
            /** @description Name of the point or system. */
            about: string;
            built: string;
            designed: string;
            what: components["schemas"]["Bilingual"];
        };
        /** @description A device with a fault, as the system sees it: a work order that waits to be opened. */
        DeviceFault: {
            camera?: components["schemas"]["Named"] | null;
            part: components["schemas"]["SystemPart"];
            reason: components["schemas"]["Bilingual"];
            /** Format: int64 */
            since_ms: number;
        };
        Disk: {
            /** @description Store keys that footage needs and that are not here. */
            absent_store_keys: components["schemas"]["AbsentStoreKey"][];
            /** Format: int64 */
            bytes_per_day: number;
            /** Format: int64 */
            free: number;
            /**
             * Format: int32
             * @description As in the state line.
             */
            horizon_days?: number | null;
            path: string;
            scrub: components["schemas"]["Scrub"];
            /** @description Id of the store key under which new footage is encrypted; null when it is stored in the clear. */
            store_key?: string | null;
            /**
             * Format: double
             * @description Duration of the last sync of the media file system.
             */
            sync_ms_last: number;
            /** Format: double */
            sync_ms_max: number;
            /** Format: int64 */
            used: number;
        };
        DiskChange: {
            note: string;
            /** @description Nothing new is recorded there; what is there stays until its term. */
            retired: boolean;
        };
        DiskState: {
            /** Format: int64 */
            free_bytes: number;
            /**
             * Format: int32
             * @description Days until there is no room for what must be kept, with what goes at its term; null: never, at today's rates.
             */
            horizon_days?: number | null;
            /** Format: int64 */
            used_bytes: number;
        };
        /**
         * @description What can be expected of a media disk.
         * @enum {string}
         */
        DiskWord: "good" | "failing" | "full" | "away" | "retired";
        Drill: {
            body: string;
            by: components["schemas"]["RoutineHand"];
            found: string;
            /** Format: int64 */
            held_ms: number;
            id: string;
            participants: components["schemas"]["Named"][];
        };
        DrillRequest: {
            /** @description What was practised, at most 2000 characters. */
            body: string;
            /** @description What was found and what follows, at most 2000 characters. */
            found: string;
            /** Format: int64 */
            held_ms: number;
            /** @description Staff of the unit who took part, at most 200. */
            participant_ids: string[];
            unit_id: string;
        };
        /** @description What would happen. Nothing has changed. */
        DryRun: {
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            cameras_added: number;
            /** Format: int64 */
            cameras_changed: number;
            can_be_applied: boolean;
            /** Format: int64 */
            changed: number;
            /** @description What would differ, from `offset` on. */
            changes: components["schemas"]["PlannedChange"][];
            entry: components["schemas"]["EntryRef"];
            /** @description SHA-256 of what was tried; asked for again when it is applied. */
            hash: string;
            id: string;
            name: string;
            /** Format: int64 */
            problem_count: number;
            /** @description From `offset` on. */
            problems: components["schemas"]["CellProblem"][];
            /** Format: int64 */
            rows: number;
            /**
             * Format: int64
             * @description Cameras that would be switched off: then applying needs a reason.
             */
            switched_off: number;
            /** Format: int64 */
            unchanged: number;
            /**
             * Format: int64
             * @description Until when it can be applied.
             */
            until_ms: number;
        };
        DutyAcknowledgement: {
            entry: components["schemas"]["EntryRef"];
            number: string;
            /** Format: int64 */
            on_ms: number;
        };
        DutyAcknowledgementRequest: {
            /** @description The organ's number. */
            number: string;
            /** Format: int64 */
            on_ms: number;
        };
        /** @description An interruption of a camera during a shift. */
        DutyGap: {
            camera: components["schemas"]["Named"];
            cause: components["schemas"]["GapCause"];
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
        };
        DutyHandOver: {
            /** @description For whoever comes next, at most 2000 characters. */
            words: string;
        };
        /** @description So many persons, when, by the room's clock. */
        DutyNeed: {
            /**
             * Format: int32
             * @description Bit 0 Monday to bit 6 Sunday: days on which it begins.
             */
            days: number;
            /**
             * Format: int32
             * @description Minute of the day.
             */
            from_min: number;
            /**
             * Format: int32
             * @description Up to 1440; beyond midnight it ends on the next day.
             */
            length_min: number;
            /** Format: int32 */
            persons: number;
            post?: components["schemas"]["DutyPost"] | null;
        };
        DutyNeedsRequest: {
            /** @description What the room needs from now on, at most 40; none: whoever is rostered. */
            needs: components["schemas"]["DutyNeed"][];
        };
        DutyNote: {
            /** Format: int64 */
            about_ms: number;
            /** Format: int64 */
            at_ms: number;
            author: components["schemas"]["Named"];
            /** @description Those that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            /** @description The observation that puts this one right. */
            corrected_by_id?: string | null;
            corrects_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            kind: components["schemas"]["Observed"];
            room_id: string;
            shift_id: string;
            words: string;
        };
        DutyNoteRequest: {
            /**
             * Format: int64
             * @description Of when it is.
             */
            about_ms: number;
            /** @description At most 16. */
            cameras?: string[];
            /** @description The observation of the same room that it puts right. */
            corrects_id?: string | null;
            kind: components["schemas"]["Observed"];
            room_id: string;
            /** @description At most 2000 characters. */
            words: string;
        };
        DutyNotes: {
            /** @description In order of time. */
            notes: components["schemas"]["DutyNote"][];
        };
        /**
         * @description A post that a room may need filled; it entitles to nothing.
         * @enum {string}
         */
        DutyPost: "leader" | "officer" | "technician";
        DutyPostNow: {
            /** Format: int32 */
            needed: number;
            post: components["schemas"]["DutyPost"];
            /**
             * Format: int32
             * @description Who took over a shift for it.
             */
            there: number;
        };
        DutyReport: {
            acknowledged?: components["schemas"]["DutyAcknowledgement"] | null;
            author: components["schemas"]["Named"];
            /** @description Those that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            channel: components["schemas"]["Channel"];
            /** @description Copies of its footage for the organ, newest first: those of cameras that the reader's posts cover. */
            clips: components["schemas"]["DutyReportClip"][];
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            /** @description It keeps the footage. */
            hold_id: string;
            id: string;
            note_id?: string | null;
            organ: string;
            /** @description No acknowledgement for 24 hours. */
            overdue: boolean;
            room_id: string;
            /** Format: int64 */
            sent_ms: number;
            /** Format: int64 */
            to_ms: number;
            words: string;
        };
        /** @description A copy of a report's footage. */
        DutyReportClip: {
            collected?: components["schemas"]["EntryRef"] | null;
            /**
             * Format: int64
             * @description When it was first collected.
             */
            collected_ms?: number | null;
            /** @description Its id is the copy id. */
            copy: components["schemas"]["Export"];
        };
        DutyReportClipRequest: {
            /** @description Cameras of the report; all of them when absent. */
            cameras?: string[] | null;
            /** @description Id of a registered case, where the footage needs one. */
            case?: string | null;
            /**
             * Format: int64
             * @description Within the report's span; all of it when absent.
             */
            from_ms?: number | null;
            /** @description Who receives the copy, of the organ that was told. */
            recipient: string;
            /** @description `passphrase`, or the organ's age public key. Without one `unsealed_reason` says why it leaves in plain. */
            seal_to?: string | null;
            /** Format: int64 */
            to_ms?: number | null;
            unsealed_reason?: string | null;
        };
        DutyReportRequest: {
            /** @description Their footage of the span is held. */
            cameras: string[];
            channel: components["schemas"]["Channel"];
            /** Format: int64 */
            from_ms: number;
            /** @description The observation that it is about. */
            note_id?: string | null;
            organ: string;
            room_id: string;
            /** Format: int64 */
            sent_ms: number;
            /** Format: int64 */
            to_ms: number;
            /** @description What was seen, at most 500 characters. */
            words: string;
        };
        DutyReports: {
            /** @description Newest first. */
            reports: components["schemas"]["DutyReport"][];
        };
        /** @description A room, and who is there now. */
        DutyRoom: {
            closed: boolean;
            /** @description Shifts that begin within a day. */
            coming: components["schemas"]["DutyShift"][];
            /** @description Shifts that should have been taken over by now. */
            due: components["schemas"]["DutyShift"][];
            /** @description Shifts of the last half day that are over, the newest first: one is taken over from. */
            gone: components["schemas"]["DutyShift"][];
            id: string;
            /** @description The reader may change the roster. */
            may_change: boolean;
            /** @description The reader is on shift here. */
            mine?: string | null;
            name: string;
            /**
             * Format: int32
             * @description How many persons it needs now.
             */
            needed: number;
            needs: components["schemas"]["DutyNeed"][];
            /** @description Shifts that run. */
            on: components["schemas"]["DutyShift"][];
            /** @description Posts that are needed or filled now. */
            posts: components["schemas"]["DutyPostNow"][];
            /** @description Required posts that have been empty for as long, and still are. */
            unfilled: components["schemas"]["DutyUnfilled"][];
            unit: components["schemas"]["Named"];
            unmanned?: components["schemas"]["DutyUnmanned"] | null;
            zone: string;
        };
        DutyRoomRequest: {
            /** @description At most 60 characters. */
            name: string;
            unit_id: string;
            /** @description IANA name of the zone whose clock hangs in the room; `Asia/Shanghai` when absent. */
            zone?: string | null;
        };
        DutyRooms: {
            /** Format: int64 */
            now_ms: number;
            rooms: components["schemas"]["DutyRoom"][];
        };
        DutyRoster: {
            /** @description In order of their beginning, those taken off it too. */
            shifts: components["schemas"]["DutyShift"][];
            unfilled: components["schemas"]["DutyUnfilled"][];
            /** @description What was missing in that span, also what is over. */
            unmanned: components["schemas"]["DutyUnmanned"][];
        };
        DutyRosterRequest: {
            room_id: string;
            /** @description At most 200 at once. */
            shifts: components["schemas"]["DutyShiftRequest"][];
        };
        /** @description What a shift hands on, on one page. */
        DutySheet: {
            before?: components["schemas"]["DutyShift"] | null;
            /** @description Of cameras of the unit that the reader's posts cover, at most 200. */
            gaps: components["schemas"]["DutyGap"][];
            notes: components["schemas"]["DutyNote"][];
            reports: components["schemas"]["DutyReport"][];
            room: components["schemas"]["Named"];
            shift: components["schemas"]["DutyShift"];
            /** @description Required posts that were empty in its time, from its beginning on. */
            unfilled: components["schemas"]["DutyUnfilled"][];
            unit: components["schemas"]["Named"];
            unmanned: components["schemas"]["DutyUnmanned"][];
            visitors: components["schemas"]["DutyVisitor"][];
            /** @description Others who were on in its time. */
            with: components["schemas"]["DutyShift"][];
            zone: string;
        };
        DutyShift: {
            /** @description Why nobody handed over. */
            alone: string;
            before_id?: string | null;
            /** Format: int64 */
            ended_ms?: number | null;
            /** @description Its entry on the roster, or where it was taken over. */
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            id: string;
            person: components["schemas"]["Named"];
            post?: components["schemas"]["DutyPost"] | null;
            room_id: string;
            state: components["schemas"]["DutyShiftState"];
            /** @description Why it was prolonged. */
            stayed: string;
            /** Format: int64 */
            taken_ms?: number | null;
            /** Format: int64 */
            to_ms: number;
            withdrawn_why?: string | null;
            /** @description For whoever comes next. */
            words: string;
        };
        DutyShiftRequest: {
            /** Format: int64 */
            from_ms: number;
            /** @description Somebody with a post in the unit that watches. */
            person_id: string;
            post?: components["schemas"]["DutyPost"] | null;
            /**
             * Format: int64
             * @description At most a day after it.
             */
            to_ms: number;
        };
        /** @enum {string} */
        DutyShiftState: "coming" | "due" | "running" | "handed_over" | "ran_out" | "missed" | "withdrawn";
        DutyStay: {
            reason: string;
            /**
             * Format: int64
             * @description At most four hours from now.
             */
            until_ms: number;
        };
        DutyTakeOver: {
            /** @description Why nobody hands over, at most 300 characters. */
            alone?: string;
            /** @description The shift of the same room that is taken over from. */
            before_id?: string | null;
        };
        /** @description When a required post was empty, or filled by fewer than it needs. */
        DutyUnfilled: {
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int32
             * @description The most persons that were missing at one time.
             */
            missing: number;
            /** @description It goes on. */
            open: boolean;
            post: components["schemas"]["DutyPost"];
            /** Format: int64 */
            to_ms: number;
        };
        DutyUnmanned: {
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int32
             * @description The most persons that were missing at one time.
             */
            missing: number;
            /** @description It goes on. */
            open: boolean;
            /** Format: int64 */
            to_ms: number;
        };
        DutyVisitor: {
            entered_by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            host: string;
            id: string;
            /** Format: int64 */
            in_ms: number;
            name: string;
            organisation: string;
            /** Format: int64 */
            out_ms?: number | null;
            purpose: string;
            room_id: string;
        };
        DutyVisitorRequest: {
            /** @description With whom they are there. */
            host: string;
            /**
             * Format: int64
             * @description Now when absent; at most a day ago.
             */
            in_ms?: number | null;
            name: string;
            /** @description Where they are from. */
            organisation: string;
            purpose: string;
            room_id: string;
        };
        DutyVisitors: {
            /** @description Newest first. */
            visitors: components["schemas"]["DutyVisitor"][];
        };
        DutyWithdrawal: {
            reason: string;
        };
        /** @enum {string} */
        EndReason: "revoked" | "expired" | "dropped" | "shutdown" | "ended" | "ledger" | "failed";
        /**
         * @description The class of an access entry: all that its published leaf says about its content.
         * @enum {string}
         */
        EntryClass: "viewing" | "handing_out" | "registry" | "sign_in" | "refusal" | "system";
        /** @description Where an entry stands. */
        EntryRef: {
            /** Format: int64 */
            index: number;
            log: components["schemas"]["LogName"];
        };
        EscalateRequest: {
            /** @description At most 500 characters. */
            reason: string;
            /** @description `operator`, `administrator` or `manager`. */
            to: components["schemas"]["Role"];
        };
        /**
         * @description What happened. Those from `camera_lost` on only the server itself says.
         * @enum {string}
         */
        EventKind: "intrusion" | "door_forced" | "door_held_open" | "door_opened" | "access_denied" | "fire" | "help" | "tamper" | "fault" | "restored" | "other" | "camera_lost" | "camera_back" | "recording_stopped" | "recording_resumed" | "clock_off" | "disk_lost" | "disk_back";
        /** @description What a system says. Unknown fields are refused, so that a misspelt one is not silently lost. */
        EventRequest: {
            /**
             * Format: int64
             * @description By the sender's clock; absent: now.
             */
            happened_ms?: number | null;
            /** @description The sender's own id of it, at most 128 characters. The same id with the same time is the same event. */
            id: string;
            /** @description As the source's register names it, at most 64 characters. One that is not registered is kept all the same. */
            input?: string;
            kind: components["schemas"]["EventKind"];
            /** @description Of a person who tries a source: which. A sender's token says it. */
            source_id?: string | null;
            /** @description At most 500 characters. */
            words?: string;
        };
        EventTaken: {
            /**
             * Format: int64
             * @description When it counts as having happened.
             */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** @description False: no such input is registered. */
            known_input: boolean;
            /** @description It had been taken in before. */
            repeated: boolean;
            state: components["schemas"]["AlarmState"];
        };
        Explained: {
            /**
             * Format: int64
             * @description How many gaps the explanation is about.
             */
            gaps: number;
            id: string;
        };
        /** @description What a person says about gaps, and what a second one said to that. */
        Explanation: {
            by: components["schemas"]["Signature"];
            /** @description The cause as the person sees it. */
            cause: components["schemas"]["GapCause"];
            /** @description Number or title of a paper that shows it. */
            document: string;
            id: string;
            state: components["schemas"]["GapState"];
            text: string;
            verdict?: components["schemas"]["Verdict"] | null;
        };
        /** @description Either `gaps`, or `cameras` with `from_ms` and `to_ms`: then all their gaps that meet the span and are open or declined. */
        ExplanationRequest: {
            cameras?: string[];
            cause: components["schemas"]["GapCause"];
            document?: string;
            /** Format: int64 */
            from_ms?: number | null;
            gaps?: number[];
            text: string;
            /** Format: int64 */
            to_ms?: number | null;
        };
        /** @description An explanation with the gaps that it is about. */
        ExplanationRow: components["schemas"]["Explanation"] & {
            cameras: components["schemas"]["Named"][];
            /** Format: int64 */
            from_ms: number;
            /** @description Indices of the gaps' records in the footage log. */
            gaps: number[];
            /** Format: int64 */
            to_ms: number;
        };
        Export: {
            cameras: string[];
            /**
             * Format: int64
             * @description Until when the package can be collected; then it is deleted.
             */
            collect_until_ms: number;
            copy?: components["schemas"]["ExportCopy"] | null;
            entry: components["schemas"]["EntryRef"];
            error?: string | null;
            /** Format: int64 */
            from_ms: number;
            /** @description The hold that the export placed by itself, because it is for a case. */
            hold_id?: string | null;
            id: string;
            package?: components["schemas"]["ExportPackage"] | null;
            /**
             * Format: float
             * @description 0 to 1.
             */
            progress: number;
            recipient: components["schemas"]["Recipient"];
            requested_by: components["schemas"]["Named"];
            /** Format: int64 */
            requested_ms: number;
            /** @description `passphrase`, or the recipient's age public key; null when it leaves in plain. */
            sealed_to?: string | null;
            /**
             * @description What is being done: `waiting`, `sealing`, `reading`, `copying`, `publishing`, `waiting_for_witness`, `closing`; null when
             *     nothing is.
             */
            stage?: string | null;
            state: components["schemas"]["ExportState"];
            /** Format: int64 */
            to_ms: number;
        };
        ExportCollection: {
            /** Format: int64 */
            bytes: number;
            entry: components["schemas"]["EntryRef"];
            file_name: string;
        };
        /** @description Where the copy is: the last of its events, and before any with whoever collected it. */
        ExportCopy: {
            collected_entry?: components["schemas"]["EntryRef"] | null;
            /**
             * Format: int64
             * @description For the first time; null: it is still here.
             */
            collected_ms?: number | null;
            /** @description `receipt`, `kept` (it stays in the unit), `transferred`, `returned`, `destroyed`, in their order. */
            events: components["schemas"]["RetrievalEvent"][];
            /** @description It went out under a retrieval, which says where it is. */
            of_retrieval: boolean;
        };
        ExportPackage: {
            /** Format: int64 */
            bytes: number;
            file_name: string;
            /** @description Of `manifest.json`, which hashes every file of the package; hexadecimal. */
            manifest_sha256: string;
        };
        ExportReceiptRequest: {
            document_id?: string | null;
            note?: string;
            /** @description Who received it, or who keeps it in the unit; at most 200 characters. */
            received_by: string;
            /** @description It goes to nobody outside. */
            stays_in_unit?: boolean;
        };
        ExportRequest: {
            cameras: string[];
            case?: string | null;
            /** Format: int64 */
            from_ms: number;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            profile?: components["schemas"]["Profile"] | null;
            purpose: components["schemas"]["Purpose"];
            recipient: components["schemas"]["Recipient"];
            /**
             * @description The recipient's age public key (`age1…`), or `passphrase` for one that is typed when the package is collected; it leaves in plain
             *     when absent.
             */
            seal_to?: string | null;
            /** Format: int64 */
            to_ms: number;
            /** @description Sound goes along where it was recorded. */
            with_sound?: boolean;
        };
        /** @enum {string} */
        ExportState: "preparing" | "ready" | "failed" | "expired";
        FieldChoice: {
            id: string;
            name: components["schemas"]["Bilingual"];
        };
        /** @description A field of a record that is not what it must be. */
        FieldProblem: {
            field: string;
            problem: components["schemas"]["Bilingual"];
        };
        FilingMade: {
            /** Format: int64 */
            at_ms: number;
            dossier_sha256: string;
            entry: components["schemas"]["EntryRef"];
            filed_on: string;
            filer: string;
            id: string;
            note: string;
            pack: string;
            receipt?: components["schemas"]["FilingReceipt"] | null;
            recipient: string;
        };
        FilingNew: {
            /** @description SHA-256 of the dossier that was handed in, in hexadecimal. */
            dossier_sha256: string;
            /** @description `YYYY-MM-DD`, not a day to come. */
            filed_on: string;
            filer: string;
            note?: string;
            pack: string;
            recipient: string;
        };
        /** @description A filing under one pack. */
        FilingOwed: {
            article: string;
            /** @description The pack binds; otherwise it is only heard. */
            binds: boolean;
            /** @description `builder`, `user-unit`. */
            by: string;
            /**
             * Format: int64
             * @description Until `due`; negative when it has passed.
             */
            days_left?: number | null;
            /** @description The last day in time, `YYYY-MM-DD` in China's time zone. */
            due?: string | null;
            filed_on?: string | null;
            /** @description `acceptance`, `completion`, `use`; `in-force` for systems older than the pack. */
            from: string;
            /** @description Those that neither lie with the system nor come out of the register. */
            missing: string[];
            pack: string;
            /** @description Kinds of paper that the text names. */
            papers: string[];
            recipient?: components["schemas"]["Bilingual"] | null;
            /** @description `not_yet`, `undated`, `owed`, `soon`, `late`, `filed`, `filed_late`, `outdated`. */
            state: string;
            /** @description Rests on a value that a person should look up. */
            unverified: boolean;
            /** Format: int32 */
            window_days: number;
        };
        FilingReceipt: {
            document_id: string;
            entry: components["schemas"]["EntryRef"];
            number: string;
            received_on: string;
        };
        /** @description Something that is not as it must be, until somebody does something about it. */
        Finding: {
            /** @description The article, or `unit:` with the unit's own rule. */
            article: string;
            /** @description Of a pack that binds; otherwise a draft or one held in part says so. */
            binds: boolean;
            camera?: components["schemas"]["Named"] | null;
            /** @description Of the register's findings, and of duty watch: a stable word. */
            code?: string | null;
            control?: string | null;
            /** Format: int64 */
            count: number;
            evidence?: components["schemas"]["Named"][];
            incident?: components["schemas"]["Named"] | null;
            kind: components["schemas"]["FindingKind"];
            /**
             * @description Of the register's findings and some others: the pack of the article, the control that found it, `breach`, `due` or `note`, and
             *     what else shows it: records; of other kinds rules, rounds, orders, reports, demands, and gaps by their numbers.
             */
            pack?: string | null;
            reason: components["schemas"]["Bilingual"];
            record?: components["schemas"]["Named"] | null;
            remedy: components["schemas"]["Bilingual"];
            severity?: string | null;
            /**
             * Format: int64
             * @description The oldest moment that it is about.
             */
            since_ms: number;
            system?: components["schemas"]["Named"] | null;
            unit?: components["schemas"]["Named"] | null;
        };
        FindingEnd: {
            /** Format: int64 */
            at_ms: number;
            by?: components["schemas"]["EntryRef"] | null;
            entry: components["schemas"]["EntryRef"];
            /** @description `put_right`: the fact is another one; `gone`: what it was about was removed, retired or suspended. */
            how: string;
        };
        FindingGroup: {
            /** Format: int64 */
            count: number;
            /** @description An article, a kind, the id of a unit or system; absent: of none. */
            id?: string | null;
            /** @description Of units and systems. */
            name?: string | null;
        };
        /** @description One page; what moved last comes first. */
        FindingHistory: {
            findings: components["schemas"]["PastFinding"][];
            /** @description How many there are of each, most first; where `by` was asked. */
            groups?: components["schemas"]["FindingGroup"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Of the filters, on all pages.
             */
            total: number;
        };
        /** @enum {string} */
        FindingKind: "gaps_unjustified" | "camera_clock" | "server_clock" | "outage" | "pressure" | "questions" | "balance" | "retrieval" | "duty" | "alarm" | "reminder" | "supervision" | "order" | "floor_shortfall" | "over_keeping" | "floor_forecast" | "hold_review" | "claim" | "routine" | "integrity" | "register";
        /**
         * @description On whom a fine falls: the unit, whoever of it is directly responsible, or somebody who acted for themselves.
         * @enum {string}
         */
        Fined: "unit" | "person" | "individual";
        /** @description A folder with what is in it. */
        Folder: components["schemas"]["FolderHead"] & {
            holds: components["schemas"]["FolderHold"][];
            /** @description Oldest first. */
            items: components["schemas"]["FolderItem"][];
            may_add: boolean;
            may_close: boolean;
            may_export: boolean;
            may_hold: boolean;
            /** @description Another than whoever asked, with a post that lifts holds. */
            may_lift: boolean;
            /** @description The packages that were asked for, each with the SHA-256 of its manifest once it is made. */
            packages: components["schemas"]["Export"][];
            /** @description Closed and reopened, oldest first. */
            steps: components["schemas"]["FolderStep"][];
        };
        FolderDone: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
        };
        FolderExportRequest: {
            /** @description Spans of the folder; all that stand when absent. */
            items?: string[] | null;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            profile?: components["schemas"]["Profile"] | null;
            purpose: components["schemas"]["Purpose"];
            recipient: components["schemas"]["Recipient"];
            /** @description As for a single export: an age public key, or `passphrase`. */
            seal_to?: string | null;
            with_sound?: boolean;
        };
        /** @description A folder without what is in it. */
        FolderHead: {
            case_id?: string | null;
            closed: boolean;
            happened: string;
            /** @description A hold of it stands: spans that are added are held too. */
            held: boolean;
            id: string;
            /**
             * Format: int64
             * @description Items that stand.
             */
            items_count: number;
            name: string;
            opened: components["schemas"]["FolderDone"];
            /** Format: int64 */
            spans_count: number;
            unit: components["schemas"]["Named"];
        };
        FolderHold: {
            /** @description Those that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            /** Format: int64 */
            from_ms: number;
            id: string;
            /** @description Somebody asks that it be lifted. */
            release_asked: boolean;
            /** Format: int64 */
            review_ms: number;
            state: components["schemas"]["HoldState"];
            /** Format: int64 */
            to_ms: number;
        };
        FolderHoldRequest: {
            /** @description The paper by which it is asked for, at most 96 characters. */
            document?: string;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
            /**
             * Format: int64
             * @description When it is looked at again; half a year when absent.
             */
            review_ms?: number | null;
        };
        FolderItem: {
            about_id?: string | null;
            added: components["schemas"]["FolderDone"];
            cameras: components["schemas"]["Named"][];
            /** Format: int64 */
            from_ms?: number | null;
            id: string;
            kind: components["schemas"]["FolderItemKind"];
            /** Format: int64 */
            to_ms?: number | null;
            withdraw_reason?: string | null;
            withdrawn?: components["schemas"]["FolderDone"] | null;
            /** @description It is of a camera outside the reader's posts: only that it is there is shown. */
            withheld: boolean;
            words: string;
        };
        /**
         * @description What an item of an incident folder is.
         * @enum {string}
         */
        FolderItemKind: "bookmark" | "span" | "note" | "observation" | "report" | "alarm" | "gap";
        FolderItemRequest: {
            /** @description The observation, report or alarm that it leads to. */
            about_id?: string | null;
            /** @description One for a bookmark or gap, up to 16 for a span, none for the rest. */
            cameras?: string[];
            /**
             * Format: int64
             * @description A bookmark's instant; a span's or gap's start.
             */
            from_ms?: number | null;
            kind: components["schemas"]["FolderItemKind"];
            /** Format: int64 */
            to_ms?: number | null;
            /** @description At most 2,000 characters. */
            words?: string;
        };
        /** @description Why something is withdrawn, closed or reopened. */
        FolderReason: {
            /** @description At most 500 characters. */
            reason: string;
        };
        FolderRequest: {
            /** @description A case that counts; holds and packages of the folder are under it. */
            case_id?: string | null;
            /** @description At most 2,000 characters. */
            happened?: string;
            /** @description At most 120 characters. */
            name: string;
            /** @description A unit in which one may look back. */
            unit_id: string;
        };
        FolderStep: {
            closes: boolean;
            done: components["schemas"]["FolderDone"];
            reason: string;
        };
        Folders: {
            /** @description Newest first, of the units in which one may read folders. */
            folders: components["schemas"]["FolderHead"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        FootageEntries: {
            /** @description Newest first. */
            entries: components["schemas"]["FootageEntry"][];
            next_cursor?: string | null;
            /** Format: int64 */
            size: number;
        };
        FootageEntry: {
            /** Format: int64 */
            bytes?: number | null;
            camera?: components["schemas"]["Named"] | null;
            /** @description Of a hold: its cameras that the reader's posts cover. */
            cameras?: components["schemas"]["Named"][] | null;
            cause?: components["schemas"]["GapCause"] | null;
            /** Format: int64 */
            from_ms?: number | null;
            hold_id?: string | null;
            /** Format: int64 */
            index: number;
            kind: components["schemas"]["FootageKind"];
            profile?: components["schemas"]["Profile"] | null;
            /** @description A signed checkpoint covers it. */
            published: boolean;
            /** Format: int64 */
            seq?: number | null;
            /** Format: int64 */
            to_ms?: number | null;
        };
        /**
         * @description What an entry of the footage log is about.
         * @enum {string}
         */
        FootageKind: "segment" | "gap" | "expiry_intent" | "expiry_done" | "hold_placed" | "hold_released" | "tick" | "loss" | "origin";
        FootageProof: {
            checkpoint?: string | null;
            entry: components["schemas"]["FootageEntry"];
            inclusion: string[];
            record_b64: string;
        };
        /** @description Two checkpoints that one log signed, as a file that anybody checks with the log's public key. */
        ForkEvidence: {
            /**
             * Format: int64
             * @description The entry of the alarm.
             */
            entry: number;
            /** @description Of the file that `GET /api/witnesses/evidence/{entry}` gives. */
            file_name: string;
            /** @description The log's verifier key, with which both are checked. */
            key: string;
            log: components["schemas"]["LogName"];
            ours: components["schemas"]["ForkSide"];
            /** @description `rolled_back`, `other_root` or `not_continued`. */
            problem: string;
            /** Format: int64 */
            seen_ms: number;
            theirs: components["schemas"]["ForkSide"];
            verdict: components["schemas"]["ForkVerdict"];
            /** @description The witness that holds the other one: its name, or its key where it is asked no more. */
            witness: string;
            /** @description What follows from the two signatures, and what does not. */
            words: components["schemas"]["Bilingual"];
        };
        /** @description One signed checkpoint. */
        ForkSide: {
            /** @description Hexadecimal. */
            root: string;
            /** Format: int64 */
            size: number;
        };
        /** @enum {string} */
        ForkVerdict: "two_roots" | "not_continued";
        /** @description Of one act on recordings: the article that asks for a second person's word, and the one that asks for a second person beside. */
        FourEyesAct: {
            act: components["schemas"]["GrantAct"];
            /** @description Null: nobody asks. */
            approval?: string | null;
            presence?: string | null;
        };
        FourEyesOf: {
            acts: components["schemas"]["FourEyesAct"][];
        };
        FourEyesRequest: {
            /** @description Whether recorded footage of the unit needs a second person's word. */
            four_eyes: boolean;
            /** @description Whether whoever is on no shift needs a confirmed case or an approval for what they alone state; absent: as before. */
            off_shift_word?: boolean | null;
            /** @description At most 500 characters. */
            reason: string;
            /** @description Whether two persons look at it and copy it together; absent: as before. */
            together?: boolean | null;
        };
        /**
         * @description Why a second of a stream has no footage.
         * @enum {string}
         */
        GapCause: "unknown" | "camera" | "network" | "credentials" | "disk" | "us" | "power" | "privacy" | "planned";
        GapRow: {
            camera: components["schemas"]["Named"];
            /** @description The cause that the system saw; the record says so for ever. */
            cause: components["schemas"]["GapCause"];
            evidence: string;
            explanation?: components["schemas"]["Explanation"] | null;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int64
             * @description Index of its record in the footage log; null while the gap is open and cannot be explained yet.
             */
            id?: number | null;
            /** @description The same as `state` being `justified`. */
            justified: boolean;
            /** @description Id of the announced maintenance that justifies it. */
            maintenance?: string | null;
            profile: components["schemas"]["Profile"];
            state: components["schemas"]["GapState"];
            /** Format: int64 */
            to_ms: number;
        };
        /**
         * @description Where a gap stands.
         * @enum {string}
         */
        GapState: "open" | "explained" | "justified" | "declined";
        Gaps: {
            /** @description Newest first. */
            gaps: components["schemas"]["GapRow"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Gaps that the filters leave, on all pages.
             */
            total: number;
        };
        GapsOfCause: {
            cause: components["schemas"]["GapCause"];
            /** Format: int64 */
            gaps: number;
            /** Format: double */
            seconds: number;
        };
        GapsToday: {
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            unjustified: number;
        };
        Grant: {
            acts: components["schemas"]["GrantAct"][];
            answer?: components["schemas"]["GrantAnswer"] | null;
            asked: components["schemas"]["CaseStep"];
            /** @description Those of its cameras that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            /** Format: int64 */
            cameras_count: number;
            case?: string | null;
            /** Format: int64 */
            expires_ms: number;
            /** Format: int64 */
            from_ms?: number | null;
            id: string;
            legal_basis: components["schemas"]["LegalBasis"];
            /** @description The reader may approve or decline it. */
            may_answer: boolean;
            /** @description The reader may take it back. */
            may_revoke: boolean;
            /** @description It is the reader's own, and waits. */
            may_withdraw: boolean;
            purpose: components["schemas"]["Purpose"];
            reason: string;
            revoked?: components["schemas"]["GrantRevoked"] | null;
            shared?: components["schemas"]["GrantShared"] | null;
            state: components["schemas"]["GrantState"];
            /** @description Those of its systems that the reader may know of. */
            systems: components["schemas"]["Named"][];
            /** Format: int64 */
            systems_count: number;
            /** Format: int64 */
            to_ms?: number | null;
            unit: components["schemas"]["Named"];
            /** Format: int64 */
            uses: number;
            /** Format: int64 */
            uses_max: number;
        };
        /**
         * @description What may be done under a grant.
         * @enum {string}
         */
        GrantAct: "live" | "playback" | "still" | "export";
        GrantAnswer: {
            answered: components["schemas"]["CaseStep"];
            approved: boolean;
            reason: string;
        };
        GrantRequest: {
            acts: components["schemas"]["GrantAct"][];
            /** @description At most 64, of one unit. */
            cameras?: string[];
            /** @description Id of a registered case. */
            case?: string | null;
            /**
             * Format: int64
             * @description At most 31 days from now.
             */
            expires_ms: number;
            /**
             * Format: int64
             * @description The span of recorded footage; absent for live pictures alone.
             */
            from_ms?: number | null;
            legal_basis: components["schemas"]["LegalBasis"];
            purpose: components["schemas"]["Purpose"];
            /** @description At most 500 characters. */
            reason: string;
            /** @description Systems of the same unit's register, at most 4: the cameras at their points when it is used. Only under a case that covers them. */
            systems?: string[];
            /** Format: int64 */
            to_ms?: number | null;
            /**
             * Format: int32
             * @description How often something may be opened under it: 1 to 1000.
             */
            uses_max: number;
        };
        GrantRevoked: {
            reason: string;
            revoked: components["schemas"]["CaseStep"];
        };
        /** @description Who handed a clip on. */
        GrantShared: {
            by: components["schemas"]["Named"];
            /** @description It is played only with a second person's word. */
            needs_word: boolean;
            /** @description It was handed to the reader. */
            to_me: boolean;
        };
        /**
         * @description What became of a request for footage.
         * @enum {string}
         */
        GrantState: "asked" | "granted" | "declined" | "used_up" | "expired" | "revoked";
        GrantWord: {
            /** @description At most 500 characters. */
            reason: string;
        };
        Grants: {
            /** @description Newest first: one's own, and those of the units in which one answers or audits. */
            grants: components["schemas"]["Grant"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        /**
         * @description For what it asks.
         * @enum {string}
         */
        Ground: "investigation" | "prosecution" | "trial" | "law_enforcement" | "emergency" | "major_emergency";
        Group: {
            id: string;
            name: string;
            parent_id?: string | null;
            unit_id: string;
        };
        GroupChange: {
            name?: string | null;
            /** @description Null moves the group to the top of its unit. */
            parent_id?: string | null;
        };
        GroupRequest: {
            name: string;
            parent_id?: string | null;
            unit_id: string;
        };
        HandOverRequest: {
            /** @description Of a viewing that never came about: why, at most 500 characters. It is closed, and not as looked at. */
            not_shown?: string | null;
            note?: string;
            /** @description Of a viewing: who was present. */
            present?: string;
            /** @description Of footage: the organ's age public key (`age1…`), or `passphrase` for one that is typed when the package is collected. */
            seal_to?: string | null;
            /**
             * Format: int64
             * @description Of basic data: the entry of the table that was handed over, as `detail.tables` offers them.
             */
            table_entry?: number | null;
            /** @description Of footage that leaves unsealed: why, at most 400 characters. One of the two must be there. */
            unsealed_reason?: string | null;
            /** @description Of a viewing of footage: the playbacks in which it was looked at, one to sixteen, as `detail.viewings` offers them. */
            view_ids?: string[];
            /** @description Of footage. */
            with_sound?: boolean;
        };
        /** @description What anybody may know. */
        Health: {
            status: string;
            version: string;
        };
        Hold: {
            /** @description Who ordered it: name and account. In holds from before accounts were named, what somebody wrote. */
            approver: string;
            /** @description Whose account that is. */
            approver_id?: string | null;
            /** Format: int64 */
            bytes: number;
            /** @description Those of its cameras that the reader's posts cover. */
            cameras: components["schemas"]["Named"][];
            /** Format: int64 */
            cameras_count: number;
            case?: string | null;
            /** @description The paper by which it was asked for. */
            document: string;
            /**
             * Format: int64
             * @description When it ends by rule, since that request came to nothing. Null: two persons lift it.
             */
            ends_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            /** @description The export that placed it by itself, or that a retrieval's hold goes on for. */
            export_id?: string | null;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int64
             * @description Segments of the span that were gone before the hold.
             */
            gone: number;
            id: string;
            legal_basis: components["schemas"]["LegalBasis"];
            /** @description The reader may answer the open request. */
            may_approve: boolean;
            note?: string | null;
            /** @description The review date has passed: a finding. Nothing is lifted by it. */
            overdue: boolean;
            /**
             * Format: int64
             * @description Its record in the footage log; null while it is being placed.
             */
            placed_leaf?: number | null;
            /** Format: int64 */
            placed_ms: number;
            purpose: components["schemas"]["Purpose"];
            /** Format: int64 */
            released_leaf?: number | null;
            /** @description Requests to lift it, newest first; an open one has no answer. */
            releases: components["schemas"]["HoldRelease"][];
            requested_by: components["schemas"]["Named"];
            /** @description The retrieval that placed it by itself, when it was complete. */
            retrieval_id?: string | null;
            /** Format: int64 */
            review_ms: number;
            /**
             * Format: int64
             * @description Whole segments that the span touches: a segment is the unit of deletion.
             */
            segments: number;
            state: components["schemas"]["HoldState"];
            /** Format: int64 */
            to_ms: number;
        };
        HoldAnswer: {
            answered_by: components["schemas"]["Named"];
            /** Format: int64 */
            answered_ms: number;
            approved: boolean;
            entry: components["schemas"]["EntryRef"];
            reason: string;
        };
        HoldRelease: {
            answer?: components["schemas"]["HoldAnswer"] | null;
            asked_by: components["schemas"]["Named"];
            /** Format: int64 */
            asked_ms: number;
            document: string;
            entry: components["schemas"]["EntryRef"];
            reason: string;
        };
        HoldRequest: {
            /** @description On whose order: another account with a post in the unit of each camera. It may stay away. */
            approver_id?: string | null;
            /** @description Camera ids, 1 to 64; every stream of each is held. */
            cameras: string[];
            /** @description A case or a note is needed. */
            case?: string | null;
            document?: string;
            /** Format: int64 */
            from_ms: number;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
            /**
             * Format: int64
             * @description When it is looked at again; half a year from now when absent, at most three years.
             */
            review_ms?: number | null;
            /** Format: int64 */
            to_ms: number;
        };
        HoldReview: {
            reason: string;
            /** Format: int64 */
            review_ms: number;
        };
        /** @enum {string} */
        HoldState: "placing" | "held" | "releasing" | "released";
        Holds: {
            /** @description Newest first. */
            holds: components["schemas"]["Hold"][];
            next_cursor?: string | null;
        };
        /** @description Null: never, at that rate. */
        Horizon: {
            /** Format: int32 */
            earliest_days?: number | null;
            /** Format: int32 */
            latest_days?: number | null;
            /** Format: int32 */
            mean_days?: number | null;
        };
        Identities: {
            /** @description Newest first. */
            identities: components["schemas"]["Identity"][];
            /** @description With which one can be linked. */
            providers: components["schemas"]["Provider"][];
        };
        /** @description A link between an account and a subject of a provider. */
        Identity: {
            /** Format: int64 */
            created_ms: number;
            id: string;
            /** @description The provider's name, or its issuer when it is no longer one of ours. */
            provider: components["schemas"]["Bilingual"];
            /** @description The provider's own name for the person. */
            subject: string;
            /** @description Its provider is configured: it signs in. */
            usable: boolean;
            /** Format: int64 */
            used_ms?: number | null;
        };
        Inspection: {
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Named"];
            by: components["schemas"]["Named"];
            end_note?: string | null;
            /** Format: int64 */
            ended_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** Format: int32 */
            judged_count: number;
            /** Format: int32 */
            lacking_count: number;
            /** Format: int32 */
            lines_count: number;
            /**
             * Format: int32
             * @description Orders that came of it, and those that are not over.
             */
            orders_count: number;
            /** Format: int32 */
            orders_open_count: number;
            reason: string;
            /** @description The round that it is of. */
            round_id?: string | null;
            state: components["schemas"]["InspectionState"];
            system?: components["schemas"]["Named"] | null;
            unit: components["schemas"]["Named"];
        };
        InspectionComment: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            documents: components["schemas"]["NamedDocument"][];
            entry: components["schemas"]["EntryRef"];
            text: string;
        };
        InspectionEndRequest: {
            note?: string;
            /** @description The unit refused it: then the note says who, and what was said. */
            refused?: boolean;
        };
        InspectionLine: {
            article: string;
            asks: components["schemas"]["Bilingual"];
            /** @description The article binds here; otherwise it is a draft, superseded, or held in part. */
            binds: boolean;
            controls: string[];
            /** @description What the system itself found when the inspection began; at most 20 of them. */
            findings: components["schemas"]["LineFinding"][];
            /** Format: int32 */
            findings_count: number;
            /** @description What a pack calls this part of an inspection: `building-duty`, `design-review-and-acceptance`, `running-and-footage-rules`, `other`. */
            heading?: string | null;
            /** Format: int64 */
            judged_ms?: number | null;
            note?: string | null;
            /** Format: int32 */
            number: number;
            /** @description Of a lacking line: what the text may threaten for it. */
            penalties: components["schemas"]["PenaltyChoice"][];
            /** @description An order from this line has to name one of them, or none. */
            penalty_required: boolean;
            title: components["schemas"]["Bilingual"];
            verdict?: components["schemas"]["LineVerdict"] | null;
        };
        InspectionRequest: {
            /** @description At most 1000 characters. */
            reason: string;
            /** @description Absent: all systems of the unit in the area. */
            system_id?: string | null;
            unit_id: string;
        };
        /** @description How often an authority inspects each system of its area: its own figure. */
        InspectionRhythm: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            /** Format: int32 */
            days: number;
            entry: components["schemas"]["EntryRef"];
            reason: string;
        };
        InspectionRhythmRequest: {
            /**
             * Format: int32
             * @description At most 1830; absent: the rhythm is taken back.
             */
            days?: number | null;
            /** @description At most 500 characters. */
            reason: string;
        };
        /** @description Inspections begun at once, and how far they are, as its reader sees them. */
        InspectionRound: {
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Named"];
            by: components["schemas"]["Named"];
            /** Format: int32 */
            ended_count: number;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /**
             * Format: int32
             * @description Lines that were found lacking.
             */
            lacking_count: number;
            /** Format: int32 */
            open_count: number;
            /**
             * Format: int32
             * @description Orders that came of it, and those that are not over.
             */
            orders_count: number;
            /** Format: int32 */
            orders_open_count: number;
            plan: string;
            reason: string;
            /** Format: int32 */
            refused_count: number;
        };
        InspectionRoundRequest: {
            /** @description One to 50, each once. */
            inspections: components["schemas"]["RoundMember"][];
            /** @description What is looked at, by whom and by when; at most 1000 characters. */
            plan: string;
            /** @description At most 1000 characters. */
            reason: string;
        };
        InspectionRoundWhole: {
            /** @description By unit and system. */
            inspections: components["schemas"]["Inspection"][];
            round: components["schemas"]["InspectionRound"];
        };
        InspectionRounds: {
            next_cursor?: string | null;
            /** @description A part of them, newest first. */
            rounds: components["schemas"]["InspectionRound"][];
            /** Format: int64 */
            total: number;
        };
        /**
         * @description How an inspection stands.
         * @enum {string}
         */
        InspectionState: "open" | "ended" | "refused";
        InspectionWhole: {
            comments: components["schemas"]["InspectionComment"][];
            inspection: components["schemas"]["Inspection"];
            lines: components["schemas"]["InspectionLine"][];
        };
        Inspections: {
            /** @description A part of them, newest first. */
            inspections: components["schemas"]["Inspection"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        /** @description What runs, what is announced, and what changed. */
        Integrity: {
            /**
             * Format: int32
             * @description An announcement holds so many days at most.
             */
            announced_days_max: number;
            announcement?: components["schemas"]["SoftwareAnnouncement"] | null;
            /** @description Newest first. */
            changes: components["schemas"]["SoftwareChange"][];
            next_cursor?: string | null;
            running?: components["schemas"]["RunningSoftware"] | null;
            /** Format: int64 */
            total: number;
            /**
             * Format: int64
             * @description Changes that nobody explained yet.
             */
            unexplained: number;
        };
        /** @description An invitation; its address is shown once. */
        Invitation: {
            address: string;
            /** Format: int64 */
            expires_ms: number;
        };
        InvitationRequest: {
            provider: string;
            /** @description Only this subject of the provider may take it. */
            subject?: string | null;
        };
        Kept: {
            /**
             * Format: double
             * @description Age of the oldest footage, the least of all enabled cameras.
             */
            days: number;
            /** Format: int32 */
            floor_days: number;
        };
        LackingField: {
            field: string;
            /**
             * Format: int64
             * @description Records that lack it.
             */
            records: number;
        };
        /**
         * @description A language of the console.
         * @enum {string}
         */
        Language: "zh" | "en";
        LateAuthority: {
            authority: components["schemas"]["Named"];
            /** Format: int64 */
            count: number;
            reason: components["schemas"]["Bilingual"];
            /** Format: int64 */
            since_ms: number;
            /** @description `receipt`, `accusation`, `correction`, `order_lapsed`, `order_escalated`, `target`, `inspection`. */
            what: string;
        };
        /** @description One article, in our own words. */
        LawArticle: {
            duties: components["schemas"]["LawDuty"][];
            /** @description `pack:number`, as refusals name it. */
            id: string;
            /** @description The copy held has no number here; it follows from the place. */
            inferred: boolean;
            number: string;
            title: components["schemas"]["Bilingual"];
        };
        /** @description What the software does about it. */
        LawControl: {
            code?: string | null;
            /** @description `false`: planned, not kept yet. */
            done: boolean;
            id: string;
            /** @description `refuse`, `detect`, `record` or `connect`. */
            kind: string;
            name: components["schemas"]["Bilingual"];
            /** @description `path::name`. */
            test?: string | null;
            what: components["schemas"]["Bilingual"];
        };
        /** @description One thing that an article asks of somebody. */
        LawDuty: {
            binds: string[];
            clause?: string;
            controls: components["schemas"]["LawControl"][];
            obligation: string;
            parameters: components["schemas"]["LawParameter"][];
            text: components["schemas"]["Bilingual"];
        };
        /** @description A word of the packs with its name. */
        LawName: {
            id: string;
            name: components["schemas"]["Bilingual"];
        };
        /** @description The head of a pack. */
        LawPack: {
            amended: string[];
            /** @description Whether it refuses and sets values without having been adopted by a unit. */
            binds: boolean;
            /** @description GB/T 2260 code of the area. */
            division?: string | null;
            duties: number;
            /** Format: int32 */
            first_article: number;
            id: string;
            /** @description `YYYY-MM-DD`. */
            in_force?: string | null;
            jurisdiction: components["schemas"]["Bilingual"];
            /** @description Duties of which every control is kept. */
            kept: number;
            /** Format: int32 */
            last_article: number;
            /** @description `national`, `province`, `city` or `foreign`. */
            level: string;
            notes: components["schemas"]["Bilingual"][];
            source: components["schemas"]["Bilingual"];
            /** @description `in-force`, `draft` or `partly-held`. */
            status: string;
            superseded_by?: string | null;
            title: components["schemas"]["Bilingual"];
            /**
             * Format: int32
             * @description Counts our editions of it.
             */
            version: number;
        };
        /** @description A pack with its articles. */
        LawPackPage: {
            articles: components["schemas"]["LawArticle"][];
            pack: components["schemas"]["LawPack"];
        };
        /** @description The rule packs of this installation. */
        LawPacks: {
            /** @description Names of the categories of place that packs want a system for. */
            categories: components["schemas"]["LawName"][];
            /** @description Pack files that were left out because something in them is wrong. */
            left_out: components["schemas"]["LeftOutPack"][];
            packs: components["schemas"]["LawPack"][];
            /** @description Names of the kinds of private place that packs forbid. */
            private_kinds: components["schemas"]["LawName"][];
        };
        /** @description A value that the article gives. */
        LawParameter: {
            /** @description `text`, `secondary`, `unverified` or `product`. */
            mark: string;
            name: string;
            value: unknown;
        };
        Layout: {
            /**
             * Format: int32
             * @description Number of tiles: 1, 4, 9 or 16.
             */
            grid: number;
            id: string;
            name: string;
            /** @description The reader holds that post, or keeps watch in that room now. */
            on_duty: boolean;
            /** @description Person id. */
            owner: string;
            post?: components["schemas"]["LayoutPost"] | null;
            /** @description Others see it too. */
            shared: boolean;
            /** @description Camera ids in tile order; null is an empty tile. */
            tiles: (string | null)[];
            /** Format: int32 */
            tour_seconds?: number | null;
        };
        /** @description A post that gets a layout: a role in a unit or camera group, or a duty room. */
        LayoutPost: {
            group_id?: string | null;
            role?: components["schemas"]["Role"] | null;
            /** @description or this. */
            room_id?: string | null;
            unit_id: string;
        };
        LayoutPostRequest: {
            post?: components["schemas"]["LayoutPost"] | null;
        };
        LayoutRequest: {
            /** Format: int32 */
            grid: number;
            name: string;
            shared?: boolean;
            tiles: (string | null)[];
            /** Format: int32 */
            tour_seconds?: number | null;
        };
        /** @description The logs' public keys in the form of a signed-note verifier key. */
        LedgerKeys: {
            access_vkey: string;
            footage_vkey: string;
        };
        LedgerState: {
            access: components["schemas"]["LogState"];
            footage: components["schemas"]["LogState"];
            /** @description `none`, `same_host`, `behind`, `witnessed` or `alarm`: see `/api/witnesses`. Only `witnessed` is another party's word. */
            witnessed: string;
            witnessed_through?: components["schemas"]["WitnessedThrough"] | null;
        };
        /** @description A pack file that could not be read, and why. */
        LeftOutPack: {
            file: string;
            problem: string;
        };
        /**
         * @description The rule that entitles the act.
         * @enum {string}
         */
        LegalBasis: "unit_duty" | "authority_request" | "maintenance_duty" | "supervision_duty" | "consent" | "operation";
        LifeDemand: {
            article: string;
            code: string;
            met: boolean;
            reason: components["schemas"]["Bilingual"];
            /** @description Refuses the step; otherwise it is a finding. */
            refuses: boolean;
            remedy: components["schemas"]["Bilingual"];
        };
        LifeStep: {
            /** Format: int64 */
            at_ms: number;
            documents: string[];
            entry: components["schemas"]["EntryRef"];
            note: string;
            step: string;
            with: string[];
        };
        LifeStepRequest: {
            /** @description Documents of the unit: papers of this step. */
            documents?: string[];
            note?: string;
            /** @description Result of the review, test or acceptance. */
            passed?: boolean;
            step: string;
            /** @description Who took part: `public-security`, `experts`, … */
            with?: string[];
        };
        LineFinding: {
            about: string;
            code: string;
            reason: components["schemas"]["Bilingual"];
        };
        LineRequest: {
            /** @description What is lacking; at most 1000 characters. */
            note?: string;
            verdict: components["schemas"]["LineVerdict"];
        };
        /**
         * @description What a person says of a line of an inspection.
         * @enum {string}
         */
        LineVerdict: "kept" | "lacking" | "not_applicable";
        Link: {
            below: boolean;
            /** Format: int64 */
            breaks: number;
            cameras: components["schemas"]["Named"][];
            /**
             * Format: int32
             * @description Of the last 30 days; null: measured for less than a day.
             */
            carried_ppm?: number | null;
            carrier: components["schemas"]["Named"];
            contract?: components["schemas"]["Named"] | null;
            /**
             * Format: int32
             * @description What the contract says it carries, in parts in a million of the time.
             */
            contract_ppm: number;
            /** Format: int64 */
            ended_ms?: number | null;
            entered_by: components["schemas"]["RoutineHand"];
            /** Format: int64 */
            from_ms: number;
            id: string;
            /**
             * Format: int64
             * @description Since the server started.
             */
            lost_packets: number;
            /** Format: double */
            missing_s: number;
            name: string;
            /**
             * Format: double
             * @description Of those days, and what the network cost.
             */
            owed_s: number;
            /** Format: int64 */
            reconnects: number;
            /** Format: int64 */
            until_ms?: number | null;
        };
        /** @description What is asked for again before an account is linked. */
        LinkProof: {
            password: string;
            provider: string;
            /** @description Six digits, when the account has a second factor. */
            totp?: string | null;
        };
        LinkRequest: {
            camera_ids: string[];
            /** @description A carrier of the register. */
            carrier_id: string;
            contract_document_id?: string | null;
            /**
             * Format: int32
             * @description 1 to 1000000.
             */
            contract_ppm: number;
            /** Format: int64 */
            from_ms: number;
            /** @description At most 100 characters. */
            name: string;
            unit_id: string;
            /** Format: int64 */
            until_ms?: number | null;
        };
        Links: {
            links: components["schemas"]["Link"][];
            may_change: boolean;
            unit: components["schemas"]["Named"];
        };
        /**
         * @description One of the two logs.
         * @enum {string}
         */
        LogName: "footage" | "access";
        LogState: {
            /** Format: int64 */
            checkpoint_ms?: number | null;
            /** Format: int64 */
            size: number;
        };
        /** @description What was made. */
        Made: {
            id: string;
        };
        MailServer: {
            answer: string;
            entry: components["schemas"]["EntryRef"];
            /**
             * Format: int64
             * @description Since when nothing was taken.
             */
            failing_ms?: number | null;
            has_password: boolean;
            host: string;
            /** Format: int32 */
            port: number;
            /** @description `starttls`, `tls` or `none`. */
            security: string;
            sender: string;
            username: string;
        };
        MailServerRequest: {
            host: string;
            /** @description Null: as before, where server and user stay the same. */
            password?: string | null;
            /** Format: int32 */
            port: number;
            /** @description `starttls`, `tls` or `none`. */
            security: string;
            sender: string;
            /** @description Empty: without signing in. */
            username: string;
        };
        /** @description Days as `YYYY-MM-DD`. */
        MainWorksDays: {
            begun_on?: string | null;
            completed_on?: string | null;
            designed_on?: string | null;
            id: string;
            in_use_on?: string | null;
            name: string;
        };
        /** @description Maintenance announced beforehand. */
        Maintenance: {
            by: components["schemas"]["Signature"];
            cameras: components["schemas"]["Named"][];
            document: string;
            /** Format: int64 */
            from_ms: number;
            id: string;
            reason: string;
            state: components["schemas"]["MaintenanceState"];
            /** Format: int64 */
            to_ms: number;
            verdict?: components["schemas"]["Verdict"] | null;
        };
        MaintenanceRequest: {
            cameras: string[];
            document?: string;
            /**
             * Format: int64
             * @description In the future: what has begun is explained, not announced.
             */
            from_ms: number;
            reason: string;
            /** Format: int64 */
            to_ms: number;
        };
        /** @enum {string} */
        MaintenanceState: "announced" | "approved" | "declined";
        MapFileLeftOut: {
            file: string;
            problem: string;
        };
        MapLayer: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            changed_ms: number;
            name: string;
        };
        /** @description The files in `map/` of the data folder. */
        MapLayers: {
            /** @description In the order in which they are drawn. */
            layers: components["schemas"]["MapLayer"][];
            left_out: components["schemas"]["MapFileLeftOut"][];
        };
        /** @description A planned point that would see what an existing one sees already. */
        MapOverlap: {
            existing_id: string;
            planned_id: string;
        };
        MapPlace: {
            category?: string | null;
            id: string;
            /** Format: double */
            latitude?: number | null;
            /** Format: double */
            longitude?: number | null;
            name: string;
            /** @description What makes it a place where no camera may be. */
            private_kind?: string | null;
            unit_id?: string | null;
        };
        /** @description A point or a planned one; what nobody has entered is absent. */
        MapPoint: {
            /** Format: double */
            angle_deg?: number | null;
            /**
             * Format: double
             * @description Clockwise from north.
             */
            direction_deg?: number | null;
            id: string;
            /** Format: double */
            latitude?: number | null;
            /** Format: double */
            longitude?: number | null;
            name: string;
            /** @description Its system; of a planned point its plan. */
            parent_id?: string | null;
            place_id?: string | null;
            /** Format: double */
            range_m?: number | null;
            unit_id?: string | null;
        };
        MapSystem: {
            id: string;
            name: string;
            /** @description `planned`, `designed`, `built`, `tested`, `accepted`, `in_use`, `decommissioned`. */
            stage: string;
            unit_id?: string | null;
        };
        /** @description What is drawn over every picture. */
        Mark: {
            account: string;
            name: string;
            /** @description The signed-in session, in eight letters that can be read off a photograph. */
            session: string;
            /** Format: int64 */
            started_ms: number;
        };
        /** @description The signed-in person. */
        Me: {
            /** @description Nothing else works until the one-time password is replaced. */
            must_change_password: boolean;
            person: components["schemas"]["MePerson"];
            posts: components["schemas"]["Post"][];
            rights: components["schemas"]["Rights"];
            second_person?: components["schemas"]["SecondPerson"] | null;
            session: components["schemas"]["MeSession"];
            /** @description Whether one is trained, vetted and current. */
            standing: components["schemas"]["StandingFacts"];
            /** @description A second factor is set. */
            totp: boolean;
        };
        MeChange: {
            language?: components["schemas"]["Language"] | null;
            theme?: components["schemas"]["Theme"] | null;
        };
        MePerson: {
            account: string;
            id: string;
            language: components["schemas"]["Language"];
            name: string;
            theme: components["schemas"]["Theme"];
        };
        MeSession: {
            /** Format: int64 */
            expires_ms: number;
            id: string;
        };
        MeasuredSetting: {
            digest: string;
            name: string;
        };
        /** @description Digests are SHA-256 in hexadecimal. */
        MeasuredSoftware: {
            console: string;
            /** @description Of the jurisdiction's own packs, beside the data. */
            own_packs: string;
            packs: string;
            /** @description Of the program's file: what its maker publishes, and `sha256sum` gives. */
            program: string;
            /** @description Options of the boot file and the command line. Salted: they tell that a value changed, and not which it is. */
            settings: components["schemas"]["MeasuredSetting"][];
            version: string;
            /** @description One digest of all of it, as it stands in entries. */
            whole: string;
        };
        MissingByCause: {
            cause: components["schemas"]["GapCause"];
            /** Format: int64 */
            gaps: number;
            /** Format: double */
            seconds: number;
        };
        /** @description A thing with its name, so that a list can be shown without a second request. */
        Named: {
            id: string;
            name: string;
        };
        /** @description The records that name one, by kind and name. */
        NamedBy: {
            naming: components["schemas"]["Naming"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        /** @description A document that a unit named to an authority, as it was then. The authority that judges opens its file. */
        NamedDocument: {
            id: string;
            /** @description Null: of a secret system. */
            name?: string | null;
            /** @description Of its file; null when it had none. */
            sha256?: string | null;
            /** Format: int32 */
            version?: number | null;
        };
        Naming: {
            /** @description The field by which it names it. */
            field: string;
            record: components["schemas"]["Record"];
        };
        /** @description A folder that becomes another media disk: there already, empty, and on a file system of its own. */
        NewDisk: {
            note: string;
            path: string;
        };
        /** @description What the device made (W3C Web Authentication §5.2.1). No attestation is asked for. */
        NewPasskey: {
            authenticator_data: string;
            client_data: string;
            /** @description What the person calls it, at most 48 characters. */
            name: string;
        };
        NoteRequest: {
            note?: string;
        };
        /**
         * @description What an observation in a watch log is about.
         * @enum {string}
         */
        Observed: "routine" | "suspicious" | "incident" | "equipment" | "order" | "other";
        OfficerRequest: {
            certificate?: components["schemas"]["RetrievalPaperKind"] | null;
            name: string;
            /** @description Of the certificate. */
            number: string;
        };
        OneTimePassword: {
            one_time_password: string;
        };
        /** @description Alarms of the reader's units that nobody has acknowledged. */
        OpenAlarms: {
            /**
             * Format: int64
             * @description Of them, those of high priority.
             */
            high: number;
            /** Format: int64 */
            open: number;
        };
        Order: {
            /** @description The unit made the text its own rule: nobody is punished under it. */
            adopted: boolean;
            article: string;
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Named"];
            by: components["schemas"]["Named"];
            chain: components["schemas"]["ChainStep"][];
            /** Format: int64 */
            deadline_ms: number;
            demand: string;
            entry: components["schemas"]["EntryRef"];
            found?: components["schemas"]["OrderFound"] | null;
            id: string;
            inspection_id: string;
            issuer: components["schemas"]["Named"];
            /** @description The reader may say how it was put right. */
            may_correct: boolean;
            /** @description The reader's authority judges it now. */
            may_decide: boolean;
            number: string;
            overdue: boolean;
            /** @description Whether any article on penalties is held of the text. */
            penalties_held: boolean;
            penalty?: components["schemas"]["OrderPenalty"] | null;
            state: components["schemas"]["OrderState"];
            steps: components["schemas"]["OrderStep"][];
            unit: components["schemas"]["Named"];
        };
        OrderDecisionRequest: {
            /**
             * Format: int32
             * @description Of a fine, as is on whom it falls.
             */
            amount_cny?: number | null;
            /**
             * Format: int64
             * @description For `returned`: the new time limit.
             */
            deadline_ms?: number | null;
            on?: components["schemas"]["Fined"] | null;
            serious?: boolean;
            /** @description At most 1000 characters. */
            text: string;
            /** @description `accepted`, `returned`, `escalated`, `referred`, or a step of the chain: `warn`, `fine`, `court` … */
            what: string;
        };
        /** @description How many findings the line behind an order had when the inspection began, and how many it would have today. */
        OrderFound: {
            /** Format: int32 */
            now: number;
            /** Format: int32 */
            then: number;
        };
        /** @description What the article threatens, as the pack had it when the order was issued. */
        OrderPenalty: {
            article: string;
            /** @description Its steps in order. */
            chain: string[];
            /** @description The same of the fine and its numbers. */
            fine_mark: string;
            /** @description `overdue`, `serious`; empty is at once. */
            fine_when: string;
            /** Format: int32 */
            individual_max_cny?: number | null;
            /**
             * Format: int32
             * @description Of somebody who acted for themselves.
             */
            individual_min_cny?: number | null;
            /** @description `text`, `secondary`, `unverified`, `product`. */
            mark: string;
            /** @description "Less than": the most itself is not in the range. */
            max_excluded: boolean;
            /** Format: int32 */
            operating_unit_figure_cny?: number | null;
            /** Format: int32 */
            person_figure_cny?: number | null;
            /** Format: int32 */
            person_max_cny?: number | null;
            /**
             * Format: int32
             * @description Of whoever of the unit is directly responsible.
             */
            person_min_cny?: number | null;
            /** @description A warning may stand instead of the fine of whoever is responsible. */
            person_warn: boolean;
            refer_to?: components["schemas"]["Bilingual"] | null;
            /**
             * Format: int32
             * @description A number that stands in the copy, without a word on whether it is a least or a most.
             */
            unit_figure_cny?: number | null;
            /** Format: int32 */
            unit_max_cny?: number | null;
            /** Format: int32 */
            unit_min_cny?: number | null;
        };
        OrderRequest: {
            /**
             * Format: int64
             * @description Within 180 days.
             */
            deadline_ms: number;
            /** @description What is to be put right; at most 1000 characters. */
            demand: string;
            inspection_id: string;
            /** Format: int32 */
            line: number;
            /** @description Which of the line's penalties, by its key, or `none`; absent: the one that follows from what was found. */
            penalty?: string | null;
        };
        /**
         * @description How an order stands.
         * @enum {string}
         */
        OrderState: "issued" | "corrected" | "closed" | "escalated" | "referred";
        OrderStep: {
            /** Format: int32 */
            amount_cny?: number | null;
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            documents: components["schemas"]["NamedDocument"][];
            entry: components["schemas"]["EntryRef"];
            on?: components["schemas"]["Fined"] | null;
            text: string;
            what: string;
        };
        Orders: {
            next_cursor?: string | null;
            /** @description A part of them, newest first. */
            orders: components["schemas"]["Order"][];
            /** Format: int64 */
            total: number;
        };
        /**
         * @description What kind of organ asks for footage.
         * @enum {string}
         */
        Organ: "public_security" | "national_security" | "procuratorate" | "court" | "government" | "government_department" | "emergency_management" | "other";
        /**
         * @description The level of an organ.
         * @enum {string}
         */
        OrganLevel: "township" | "county" | "city" | "province" | "national";
        /** @description What lies between two ticks of the recorder. */
        Outage: {
            /** Format: int64 */
            after: number;
            /** @description The reason that was announced at the machine before it; null: nobody had. */
            announced?: string | null;
            /**
             * Format: int64
             * @description Indices of the two ticks in the footage log.
             */
            before: number;
            /** Format: int64 */
            from_ms?: number | null;
            /** @description Cameras that claim footage of a time at which no recorder ran: a finding. */
            impossible: components["schemas"]["Named"][];
            kind: components["schemas"]["OutageKind"];
            /**
             * Format: int64
             * @description How much the clock was set ahead; negative: back.
             */
            step_ms?: number | null;
            /** Format: int64 */
            to_ms?: number | null;
            /** @description Cameras on duty whose outage is no gap: a finding. */
            uncovered: components["schemas"]["Named"][];
        };
        /** @enum {string} */
        OutageKind: "down" | "unwritten" | "clock_set" | "disorder";
        Outcome: {
            article?: string | null;
            permitted: boolean;
            reason?: components["schemas"]["Bilingual"] | null;
            remedy?: components["schemas"]["Bilingual"] | null;
        };
        Overkept: {
            camera: components["schemas"]["Named"];
            /** Format: int64 */
            oldest_ms: number;
            profile: components["schemas"]["Profile"];
            /** Format: int64 */
            segments: number;
            /** Format: int32 */
            term_days: number;
        };
        /** @description A value that a unit set beside a pack's. */
        Override: {
            /** @description `pack:number`, whose value it stands beside. */
            article: string;
            /** Format: int64 */
            at_ms: number;
            document_id: string;
            /**
             * Format: int64
             * @description When it was taken back.
             */
            ended_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            /** @description First day at the unit. */
            from: string;
            /** @description It counts today. */
            holds: boolean;
            id: string;
            parameter: string;
            person?: components["schemas"]["Named"] | null;
            /** @description The place for which alone it is. */
            place_id?: string | null;
            reason: string;
            /** @description The system for which alone it is. */
            system_id?: string | null;
            unit_id: string;
            /** @description Last day. */
            until?: string | null;
            value: unknown;
        };
        OverrideNew: {
            article: string;
            /** @description What says so, among the unit's documents. */
            document_id: string;
            from: string;
            parameter: string;
            place_id?: string | null;
            reason: string;
            system_id?: string | null;
            unit_id: string;
            until?: string | null;
            value: unknown;
        };
        /** @description What units set beside the packs' values. */
        Overrides: {
            overrides: components["schemas"]["Override"][];
            /** @description Names of the values that can be set. */
            settable: string[];
        };
        OwnEntry: {
            entry: components["schemas"]["AccessEntry"];
            /** @description The person did it; else somebody else did it about them. */
            own: boolean;
        };
        /** @description Everything that is recorded about the person who asks. */
        OwnRecord: {
            /** @description One page, newest first. */
            entries: components["schemas"]["OwnEntry"][];
            next_cursor?: string | null;
            person: components["schemas"]["Person"];
            questions: components["schemas"]["Question"][];
            /** @description At most 100, newest first, ended ones too. */
            sessions: components["schemas"]["OwnSession"][];
        };
        /** @description One's own reminders. */
        OwnReminders: {
            /** @description Whether the installation has a mail server. */
            mail_possible: boolean;
            /** @description Newest first, at most 50. */
            reminders: components["schemas"]["Reminder"][];
            /** Format: int64 */
            unread: number;
            wish: components["schemas"]["ReminderWish"];
        };
        /** @description A rule in force, for somebody who is to follow it. */
        OwnRule: {
            /**
             * Format: int64
             * @description When one confirmed to have read it; null: not yet.
             */
            confirmed_ms?: number | null;
            document: string;
            /** Format: int64 */
            from_ms: number;
            id: string;
            kind: components["schemas"]["RuleKind"];
            unit: components["schemas"]["Named"];
        };
        OwnRules: {
            rules: components["schemas"]["OwnRule"][];
        };
        OwnSession: {
            agent: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            ended_ms?: number | null;
            /** Format: int64 */
            expires_ms: number;
            id: string;
            /** Format: int64 */
            last_seen_ms: number;
            place: string;
        };
        Passkey: {
            /** @description It may be on other devices of the person too. */
            can_sync: boolean;
            /** Format: int64 */
            created_ms: number;
            /** @description The host name that it works under. */
            host: string;
            id: string;
            name: string;
            /** Format: int64 */
            used_ms?: number | null;
        };
        /** @description A challenge to sign in with a passkey. It counts once, for two minutes, and in this browser alone. */
        PasskeyChallenge: {
            challenge: string;
            /** @description The host name (RP ID). */
            host: string;
            /** Format: int64 */
            timeout_ms: number;
        };
        PasskeyChange: {
            name: string;
        };
        /** @description What the browser is to ask a device for. */
        PasskeyCreation: {
            account: string;
            /** @description COSE algorithms that are taken, the preferred first. */
            algorithms: number[];
            challenge: string;
            /** @description Credentials that the person has already. */
            exclude: string[];
            host: string;
            name: string;
            /** Format: int64 */
            timeout_ms: number;
            /** @description The user handle. */
            user: string;
        };
        /** @description What is asked for again before a passkey is registered. */
        PasskeyProof: {
            password: string;
            /** @description Six digits, when the account has a second factor. */
            totp?: string | null;
        };
        /** @description What the device answered (W3C Web Authentication §5.2.2). */
        PasskeySignIn: {
            authenticator_data: string;
            client_data: string;
            /** @description The credential's own id. */
            credential: string;
            signature: string;
            /** @description The user handle: which person the device says it belongs to. */
            user: string;
        };
        Passkeys: {
            /** @description The host name under which new ones are made; null: nobody set one. */
            host?: string | null;
            /** @description Newest first. */
            passkeys: components["schemas"]["Passkey"][];
        };
        PasswordChange: {
            new: string;
            old: string;
        };
        PasswordProof: {
            password: string;
        };
        /** @description A finding, from when to when it was seen. */
        PastFinding: {
            /** @description As it was called when it was found; a nil id without a name: the whole installation. */
            about: components["schemas"]["Named"];
            article: string;
            binds: boolean;
            closed?: components["schemas"]["FindingEnd"] | null;
            /** @description A stable word; of a kind that has only one, that kind. */
            code: string;
            /** @description Records and cameras that showed it, at most 20, as they are called now. */
            evidence?: components["schemas"]["Named"][];
            kind: string;
            /** @description The system's entry that counts it in. */
            opened_entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            opened_ms: number;
            reason: components["schemas"]["Bilingual"];
            /** @description `breach`, `due`, `note` */
            severity: string;
            system?: components["schemas"]["Named"] | null;
            unit?: components["schemas"]["Named"] | null;
        };
        /** @description One of the penalties that an article may have. */
        PenaltyChoice: {
            /** @description It is for any breach of the text. */
            any_breach: boolean;
            /** @description It follows from what was found, when nothing is named. */
            follows: boolean;
            /** @description By what an order names it: the article and which of its penalties. */
            key: string;
            /** @description The parts of the article that it answers, in their words; empty is the whole article, or any breach. */
            parts: components["schemas"]["Bilingual"][];
            penalty: components["schemas"]["OrderPenalty"];
        };
        PendingTerm: {
            /** Format: int32 */
            days: number;
            /** Format: int64 */
            from_ms: number;
        };
        People: {
            people: components["schemas"]["Person"][];
            rules: components["schemas"]["AccountRules"];
        };
        Person: {
            account: string;
            /** Format: int64 */
            created_ms: number;
            id: string;
            must_change_password: boolean;
            name: string;
            /**
             * Format: int32
             * @description How many passkeys they sign in with.
             */
            passkeys: number;
            posts: components["schemas"]["Post"][];
            standing: components["schemas"]["StandingFacts"];
            suspended: boolean;
            totp: boolean;
        };
        PersonChange: {
            name?: string | null;
            posts?: components["schemas"]["PostRequest"][] | null;
            suspended?: boolean | null;
        };
        PersonCreated: {
            /** @description Shown once; must be replaced at the first sign-in. */
            one_time_password: string;
            person: components["schemas"]["Person"];
        };
        PersonMay: {
            account: string;
            acts: components["schemas"]["ActMay"][];
            person: components["schemas"]["Named"];
        };
        /** @description What somebody may do in a unit now. */
        PersonPolicy: {
            /**
             * Format: int64
             * @description Cameras of the unit.
             */
            cameras: number;
            entry: components["schemas"]["EntryRef"];
            pictures: components["schemas"]["ActPolicy"][];
            unit_acts: components["schemas"]["ActMay"][];
        };
        PersonRequest: {
            account: string;
            /** @description The real name: accounts are personal (chongqing:11). */
            name: string;
            posts?: components["schemas"]["PostRequest"][];
        };
        /** @description Everything about one person's standing. */
        PersonStanding: {
            standing: components["schemas"]["StandingFacts"];
            /** @description Newest first; revoked and past ones too. */
            trainings: components["schemas"]["Training"][];
        };
        PlannedChange: {
            fields: components["schemas"]["PlannedField"][];
            id: string;
            is_new: boolean;
            kind: string;
            name: string;
            /** Format: int32 */
            row: number;
        };
        PlannedField: {
            after: unknown;
            before: unknown;
            field: string;
        };
        /** @description A grant of theirs that holds and is about what is asked. */
        PolicyGrant: {
            approver: string;
            /**
             * Format: int64
             * @description The span that it opens; null: live pictures alone.
             */
            from_ms?: number | null;
            id: string;
            /** @description It opens what is asked now; otherwise another span or purpose. */
            opens: boolean;
            purpose: components["schemas"]["Purpose"];
            /** Format: int64 */
            to_ms?: number | null;
            /** Format: int64 */
            until_ms: number;
            /** Format: int64 */
            uses_left: number;
        };
        /** @description Why not, and what would make it possible. */
        PolicyRefusal: {
            article: string;
            code: string;
            reason: components["schemas"]["Bilingual"];
            remedy: components["schemas"]["Bilingual"];
        };
        PortalDetail: {
            papers: components["schemas"]["PortalPaper"][];
            persons: components["schemas"]["PortalPerson"][];
            place: string;
            reason: string;
            seal_to: string;
            /** @description Oldest first. */
            steps: components["schemas"]["PortalStep"][];
            /** @description The article that asks whoever receives it to keep to use and secrecy. */
            undertaking_article?: string | null;
            /** @description What the law says of it today, and which article asks for what is missing. */
            verdict: components["schemas"]["RetrievalVerdict"];
        };
        /** @description A request as an authority files it. It grants nothing. */
        PortalFiling: {
            /** @description The authority's own number, at most 100 characters. */
            case_number: string;
            /** Format: int64 */
            from_ms: number;
            ground: components["schemas"]["Ground"];
            /** @description The pack that the authority names. */
            invokes?: string | null;
            /** @description Who comes for it, with the number of the certificate: at most 8. */
            persons: components["schemas"]["OfficerRequest"][];
            /** @description Where, in one's own words, at most 500 characters: the unit finds the cameras. */
            place: string;
            reason?: string;
            /** @description An age public key (`age1…`), or `passphrase` for one that is typed when the package is collected. */
            seal_to: string;
            /**
             * Format: int64
             * @description At most a day later.
             */
            to_ms: number;
            way: components["schemas"]["Way"];
        };
        PortalPaper: {
            /** @description Told to the unit only. */
            document_id?: string | null;
            name: string;
            paper: components["schemas"]["RetrievalPaperKind"];
            /** @description The desk has put it to the retrieval. */
            taken: boolean;
        };
        PortalPerson: {
            certificate?: components["schemas"]["RetrievalPaperKind"] | null;
            name: string;
            number: string;
        };
        PortalReceipt: {
            /** @description The name of whoever receives it. */
            received_by: string;
            /** @description To keep to use and secrecy: needed where `undertaking_article` asks for it. */
            undertakes?: boolean;
        };
        PortalRequest: {
            /** Format: int64 */
            at_ms: number;
            case_number: string;
            /** Format: int64 */
            collect_until_ms?: number | null;
            /** Format: int32 */
            collections_left: number;
            detail?: components["schemas"]["PortalDetail"] | null;
            /**
             * Format: int64
             * @description By when the unit owes it, once nothing is lacking.
             */
            due_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            /** @description The package, once it waits; collected over `/api/exports/{id}/package`. */
            export_id?: string | null;
            /** Format: int64 */
            from_ms: number;
            ground: components["schemas"]["Ground"];
            id: string;
            organ: components["schemas"]["Organ"];
            organ_name: string;
            /** Format: int64 */
            received_ms?: number | null;
            /** @description Told to the unit only. */
            retrieval_id?: string | null;
            state: components["schemas"]["PortalState"];
            /** Format: int64 */
            to_ms: number;
            unit: components["schemas"]["Named"];
            way: components["schemas"]["Way"];
        };
        PortalRequests: {
            requester?: components["schemas"]["Requester"] | null;
            /** @description Newest first. */
            requests: components["schemas"]["PortalRequest"][];
        };
        /**
         * @description How far a request is, in one word for both sides.
         * @enum {string}
         */
        PortalState: "filed" | "asked" | "taken" | "ready" | "received" | "closed" | "refused" | "withdrawn";
        PortalStep: {
            /** @description That asks for it, or under which it is refused; empty where none is needed. */
            article: string;
            /** Format: int64 */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            /** @description It is the requester's own step. */
            own: boolean;
            text: string;
            /** @description `filed`, `paper`, `asked`, `taken`, `refused`, `withdrawn`, `received`. */
            what: string;
        };
        PortalWithdrawal: {
            reason: string;
        };
        Post: {
            group?: components["schemas"]["Named"] | null;
            role: components["schemas"]["Role"];
            system?: components["schemas"]["Named"] | null;
            unit: components["schemas"]["Named"];
        };
        PostRequest: {
            group_id?: string | null;
            role: components["schemas"]["Role"];
            unit_id: string;
        };
        PostsConfirmation: {
            /** Format: int64 */
            at_ms: number;
            by: string;
            entry: components["schemas"]["EntryRef"];
            note: string;
        };
        /**
         * @description What somebody was pressed to do.
         * @enum {string}
         */
        Pressure: "switch_off" | "delete" | "hand_out" | "brand" | "contractor" | "forced_building" | "other";
        PressureOutcome: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            passed_to: string;
            text: string;
        };
        PressureOutcomeRequest: {
            /** @description What came of it, at most 1000 characters. */
            outcome: string;
            /** @description To which organ it was passed on; may be empty. */
            passed_to?: string;
        };
        PressureReport: {
            account: string;
            /** Format: int64 */
            at_ms: number;
            by_whom: string;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** @description The reader may enter what came of it. */
            may_close: boolean;
            outcome?: components["schemas"]["PressureOutcome"] | null;
            reporter: components["schemas"]["Named"];
            unit: components["schemas"]["Named"];
            what: components["schemas"]["Pressure"];
        };
        PressureReports: {
            next_cursor?: string | null;
            /** @description Newest first: of the units that one audits, and one's own. */
            reports: components["schemas"]["PressureReport"][];
            /** Format: int64 */
            total: number;
        };
        PressureRequest: {
            /** @description What happened, at most 2000 characters. */
            account: string;
            /** @description Who presses: an office, a superior, anybody. At most 100 characters. */
            by_whom: string;
            /** @description A unit in which one has a post. */
            unit_id: string;
            what: components["schemas"]["Pressure"];
        };
        /** @description What a camera sent during a short connection. Facts about the stream, never a picture. */
        Probe: {
            audio: boolean;
            /** @description Common browsers can play it (H.264). */
            browser_playable: boolean;
            /** Format: int64 */
            clock_offset_ms?: number | null;
            codec?: string | null;
            error?: components["schemas"]["ProbeError"] | null;
            /** Format: float */
            fps?: number | null;
            /** Format: int32 */
            height?: number | null;
            /** Format: int32 */
            kbps?: number | null;
            /** Format: int64 */
            key_interval_ms?: number | null;
            ok: boolean;
            warnings: string[];
            /** Format: int32 */
            width?: number | null;
        };
        ProbeError: {
            /** @description As in gaps: `network`, `credentials`, `camera`. */
            cause: components["schemas"]["GapCause"];
            /** @description The certificate that the camera showed, when it was not accepted: SHA-256 in hexadecimal. */
            certificate?: string | null;
            message: string;
        };
        ProbeRequest: {
            /** @description Use this camera's stored credentials when none are given. */
            camera_id?: string | null;
            /** @description For `rtsps://`: the accepted certificate. Without it the test ends with the camera's own, to be compared. */
            certificate?: string | null;
            password?: string | null;
            /** @description `tcp` when absent. */
            transport?: components["schemas"]["Transport"];
            url: string;
            username?: string | null;
        };
        /** @description The body of every answer that is not a success. */
        Problem: {
            error: components["schemas"]["ProblemBody"];
        };
        ProblemBody: {
            /** @description The article that refuses, for example `guangzhou-2007:16`, or `unit:roles` where the unit's own roles do. */
            article?: string | null;
            /** @description A word for programs, for example `totp_required`. */
            code?: string | null;
            /**
             * Format: int64
             * @description The entry of the access log that this refusal left.
             */
            entry?: number | null;
            /** @description The field of the request that is wrong. */
            field?: string | null;
            kind: components["schemas"]["ProblemKind"];
            /** @description One English sentence for engineers; the console words the rest from `kind`, `code` and `article`. */
            message: string;
            /** @description Every field of a record that is wrong. */
            problems?: components["schemas"]["FieldProblem"][];
            reason?: components["schemas"]["Bilingual"] | null;
            remedy?: components["schemas"]["Bilingual"] | null;
            /** Format: int64 */
            retry_after_ms?: number | null;
        };
        /** @enum {string} */
        ProblemKind: "invalid" | "unauthenticated" | "refused" | "not_found" | "conflict" | "busy" | "unavailable" | "internal";
        /**
         * @description One of a camera's streams: two encodings of its pictures, its sound, and what was brought later for its gaps.
         * @enum {string}
         */
        Profile: "main" | "sub" | "sound" | "later";
        /**
         * @description The program's file on the disk, beside the program that runs.
         * @enum {string}
         */
        ProgramFile: "as_it_runs" | "other" | "gone";
        /** @description A provider of the boot file. */
        Provider: {
            id: string;
            name: components["schemas"]["Bilingual"];
        };
        /** @description Where the browser is to go. What comes back counts once, for ten minutes, and in this browser alone. */
        ProviderAddress: {
            address: string;
        };
        ProviderBegin: {
            /** @description An administrator's invitation to link, if one came with it. */
            invitation?: string | null;
            /** @description The provider's id. */
            provider: string;
        };
        /** @description What the provider sent the browser back with, as the console found it in its address (RFC 6749 §4.1.2). */
        ProviderReturn: {
            code?: string | null;
            error?: string | null;
            /** @description The provider's name for itself (RFC 9207). */
            iss?: string | null;
            /** @description From the path of the address. */
            provider: string;
            state: string;
        };
        Ptz: {
            at?: components["schemas"]["PtzAt"] | null;
            holder?: components["schemas"]["PtzHolder"] | null;
            least: components["schemas"]["PtzAt"];
            lost?: components["schemas"]["PtzLost"] | null;
            most: components["schemas"]["PtzAt"];
            moving: boolean;
            rules?: components["schemas"]["PtzRules"] | null;
        };
        /** @enum {string} */
        PtzAct: "stay" | "stop" | "home" | "preset" | "to" | "move";
        /** @description Hundredths of a degree from the camera's own zero, right and up positive; percent of magnification, 100 without any. */
        PtzAt: {
            /** Format: int32 */
            pan_cdeg: number;
            /** Format: int32 */
            tilt_cdeg: number;
            /** Format: int32 */
            zoom_percent: number;
        };
        PtzControl: {
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            expires_ms: number;
            id: string;
            /** @description From whom it was taken. */
            taken_from?: string | null;
        };
        /** @description Why somebody takes control. */
        PtzControlRequest: {
            case?: string | null;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
        };
        /** @enum {string} */
        PtzDriver: "simulated";
        /** @description Where the camera may not look; both ends are in it. */
        PtzForbidden: {
            from: components["schemas"]["PtzAt"];
            to: components["schemas"]["PtzAt"];
            /** @description What is there, at most 40 characters. */
            what: string;
        };
        /** @description Who has control. */
        PtzHolder: {
            /** Format: int64 */
            expires_ms: number;
            /**
             * Format: int64
             * @description Until then nobody with the same right takes it.
             */
            keeps_until_ms: number;
            /** @description Why it is locked until then. */
            locked_reason?: string | null;
            name: string;
            /** @description The reader, in this session: the control to move by. */
            own?: string | null;
            right: components["schemas"]["PtzRight"];
        };
        PtzLock: {
            /** @description At most 200 characters. */
            reason: string;
            /**
             * Format: int64
             * @description Within 15 minutes from now.
             */
            until_ms: number;
        };
        /** @enum {string} */
        PtzLoss: "taken" | "expired" | "revoked" | "settings";
        PtzLost: {
            /** Format: int64 */
            at_ms: number;
            /** @description Who took it. */
            by?: string | null;
            how: components["schemas"]["PtzLoss"];
        };
        PtzMove: {
            act: components["schemas"]["PtzAct"];
            /**
             * Format: int64
             * @description For `move`: it ends by itself after so long, at most 2000.
             */
            lasts_ms?: number | null;
            /** @description For `preset`: its index. */
            preset?: number | null;
            speed?: components["schemas"]["PtzSpeed"] | null;
            to?: components["schemas"]["PtzAt"] | null;
        };
        PtzMoved: {
            at: components["schemas"]["PtzAt"];
            /** Format: int64 */
            expires_ms: number;
            moving: boolean;
        };
        PtzPreset: {
            at: components["schemas"]["PtzAt"];
            /** @description At most 40 characters. */
            name: string;
        };
        PtzRequest: {
            rules?: components["schemas"]["PtzRules"] | null;
        };
        /** @enum {string} */
        PtzRight: "operator" | "authority" | "officer";
        /** @description What a unit says about a camera that turns. */
        PtzRules: {
            /**
             * Format: int32
             * @description So long it may be left away from home; then it goes there by itself. 30 to 43200.
             */
            away_s: number;
            driver: components["schemas"]["PtzDriver"];
            /** @description At most 16. */
            forbidden?: components["schemas"]["PtzForbidden"][];
            /** @description The authorised view. */
            home: components["schemas"]["PtzAt"];
            /** @description Empty: none; else two stops or more. It runs while a shift of the unit runs, and yields to hands. */
            patrol?: components["schemas"]["PtzStop"][];
            /** @description At most 32. */
            presets?: components["schemas"]["PtzPreset"][];
        };
        /** @description Percent of the greatest speed of each axis, from -100 to 100. */
        PtzSpeed: {
            /** Format: int32 */
            pan_percent: number;
            /** Format: int32 */
            tilt_percent: number;
            /** Format: int32 */
            zoom_percent: number;
        };
        PtzStop: {
            /**
             * Format: int32
             * @description 5 to 3600.
             */
            dwell_s: number;
            /** @description Index of a preset. */
            preset: number;
        };
        /**
         * @description Why somebody looks at or takes footage.
         * @enum {string}
         */
        Purpose: "duty_watch" | "incident" | "case" | "maintenance" | "supervision" | "administration" | "training";
        /** @description A question that the access log raises. It is no verdict. */
        Question: {
            answer?: components["schemas"]["QuestionAnswer"] | null;
            article: string;
            /** Format: int64 */
            asked_ms: number;
            camera?: components["schemas"]["Named"] | null;
            /** Format: int32 */
            count: number;
            /** Format: int32 */
            days: number;
            entry: components["schemas"]["EntryRef"];
            /** @description The entries that it was asked from, at most 50. */
            evidence: number[];
            explanation?: components["schemas"]["QuestionExplanation"] | null;
            /** @description From which day on, as YYYY-MM-DD, and how many days. */
            from_day: string;
            id: string;
            /**
             * Format: int32
             * @description From how many on it was asked.
             */
            limit: number;
            /** @description The reader may answer it. */
            may_answer: boolean;
            /** @description The reader is whom it is about, and may explain it. */
            may_explain: boolean;
            measure: components["schemas"]["Bilingual"];
            name: components["schemas"]["Bilingual"];
            /** @description Whom it is about. */
            person: components["schemas"]["Named"];
            /** @description The question, as it is put. */
            question: components["schemas"]["Bilingual"];
            /** @description Why it is asked. */
            reason: components["schemas"]["Bilingual"];
            rule: components["schemas"]["WatchingRule"];
            unit: components["schemas"]["Named"];
        };
        QuestionAnswer: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            conclusion: components["schemas"]["Conclusion"];
            entry: components["schemas"]["EntryRef"];
            text: string;
        };
        QuestionAnswerRequest: {
            /** @description What it rests on, at most 500 characters. */
            answer: string;
            conclusion: components["schemas"]["Conclusion"];
        };
        QuestionExplanation: {
            /** Format: int64 */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            text: string;
        };
        QuestionExplanationRequest: {
            /** @description At most 500 characters. */
            explanation: string;
        };
        Questions: {
            next_cursor?: string | null;
            /** @description Newest first: of the units that one audits, and about auditors of those that one administers. */
            questions: components["schemas"]["Question"][];
            /** Format: int64 */
            total: number;
        };
        /** @description A mean and the range of two standard deviations. */
        Range: {
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
            /** Format: int64 */
            mean: number;
        };
        ReadUntil: {
            /**
             * Format: int64
             * @description The newest reminder that was on the page.
             */
            until_ms: number;
        };
        ReasonRequest: {
            reason: string;
        };
        ReceiptNew: {
            /** @description The receipt as a document of the unit. */
            document_id: string;
            number: string;
            received_on: string;
        };
        Recipient: {
            name: string;
            organisation: string;
        };
        Record: {
            /** @description Values by the names of the kind's fields. */
            body: Record<string, never>;
            /** Format: int64 */
            changed_ms: number;
            code?: string | null;
            /** Format: int64 */
            created_ms: number;
            id: string;
            kind: string;
            /** @description Basic data was left out. */
            masked: boolean;
            /**
             * Format: int32
             * @description Expected fields that are empty.
             */
            missing: number;
            name: string;
            parent_id?: string | null;
            /** Format: int64 */
            removed_ms?: number | null;
            /** @description Of systems: where it stands in its life. */
            stage?: string | null;
            unit_id?: string | null;
            /** Format: int32 */
            version: number;
        };
        /** @description The record as a whole, as it should be. */
        RecordChange: {
            body: Record<string, never>;
            /**
             * Format: int32
             * @description The version that the person saw.
             */
            version: number;
        };
        RecordField: {
            chars_max?: number | null;
            choices?: components["schemas"]["FieldChoice"][];
            /** @description Basic data, masked without the right to it. */
            confidential: boolean;
            /** @description Without it the record is incomplete. */
            expected: boolean;
            label: components["schemas"]["Bilingual"];
            /** Format: double */
            max?: number | null;
            /** Format: double */
            min?: number | null;
            name: string;
            /** @description Kind of the record that is named. */
            record?: string | null;
            required: boolean;
            /** @description `text`, `lines`, `digits`, `letters`, `number`, `whole`, `date`, `flag`, `one`, `some`, `record`, `records`. */
            type: string;
            unit?: string | null;
        };
        RecordKindInfo: {
            /** @description The field whose value is unique. */
            code_field?: string | null;
            fields: components["schemas"]["RecordField"][];
            /** @description As in addresses: `point`, `system`, … */
            kind: string;
            name: components["schemas"]["Bilingual"];
            /** @description The field that names the record above it. */
            parent_field?: string | null;
            /** @description Belongs to the whole installation, not to a unit. */
            shared: boolean;
        };
        /** @description The kinds of record with their fields: what forms, tables and imports are made of. */
        RecordKinds: {
            kinds: components["schemas"]["RecordKindInfo"][];
        };
        RecordRequest: {
            body: Record<string, never>;
            /** @description Absent for what belongs to the whole installation. */
            unit_id?: string | null;
        };
        RecordTerm: {
            /**
             * Format: int32
             * @description Days that records of who looked stay readable, now.
             */
            days: number;
            /** Format: int32 */
            days_max: number;
            /** Format: int32 */
            days_min: number;
            /**
             * Format: int64
             * @description Records whose key is gone by their term.
             */
            forgotten: number;
            pending?: components["schemas"]["PendingTerm"] | null;
            /**
             * Format: int64
             * @description A shorter term holds so many days after it was set.
             */
            shorter_waits_days: number;
        };
        RecordTermRequest: {
            /** Format: int32 */
            days: number;
            /** @description At most 500 characters. */
            reason: string;
        };
        RecordVersion: {
            /** Format: int64 */
            at_ms: number;
            body: Record<string, never>;
            entry: components["schemas"]["EntryRef"];
            /** Format: int32 */
            version: number;
        };
        RecordVersions: {
            versions: components["schemas"]["RecordVersion"][];
        };
        RecordingState: {
            /** Format: int64 */
            ok: number;
            /** Format: int64 */
            total: number;
        };
        Records: {
            next_cursor?: string | null;
            records: components["schemas"]["Record"][];
            /** Format: int64 */
            total: number;
        };
        RefusedCameras: {
            /** Format: int64 */
            cameras: number;
            /** @description At most five of them. */
            examples: components["schemas"]["Named"][];
            /** @description What would be refused next, once that is mended. */
            further: components["schemas"]["PolicyRefusal"][];
            refusal: components["schemas"]["PolicyRefusal"];
        };
        /** @description One page, the gravest first. */
        RegisterFindings: {
            /** Format: int64 */
            breaches: number;
            /** Format: int64 */
            due: number;
            findings: components["schemas"]["Finding"][];
            next_cursor?: string | null;
            /** Format: int64 */
            notes: number;
            /**
             * Format: int64
             * @description Of the filters, on all pages.
             */
            total: number;
        };
        /** @description Everything that a map shows. Positions are WGS-84 (or CGCS2000, which is the same within decimetres). */
        RegistryMap: {
            overlaps: components["schemas"]["MapOverlap"][];
            places: components["schemas"]["MapPlace"][];
            /** @description Points of plans that are not built yet. */
            planned: components["schemas"]["MapPoint"][];
            points: components["schemas"]["MapPoint"][];
            systems: components["schemas"]["MapSystem"][];
            /**
             * Format: int64
             * @description Records whose position one may not see: they belong to units whose registry one does not keep.
             */
            withheld: number;
        };
        ReleaseAnswer: {
            reason: string;
        };
        ReleaseRequest: {
            document?: string;
            reason: string;
        };
        /** @description One batch. */
        Reminder: {
            /** @description What the mail server last answered. */
            answer: string;
            /** Format: int32 */
            coming: number;
            /** Format: int32 */
            due: number;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** Format: int32 */
            late: number;
            /** @description The nearest first, at most 50. */
            lines: components["schemas"]["ReminderLine"][];
            /** Format: int64 */
            made_ms: number;
            /** @description `morning` or `breaches`. */
            occasion: string;
            /** Format: int64 */
            read_ms?: number | null;
            /** @description By mail: `waiting`, `sent`, `given_up`; null: in the console alone. */
            sending?: string | null;
        };
        /** @description By which ways reminders leave the console. */
        ReminderChannels: {
            mail?: components["schemas"]["MailServer"] | null;
            /** @description Of one's own units. */
            webhooks: components["schemas"]["Webhook"][];
        };
        /** @description Everything of one article and code in a batch. */
        ReminderLine: {
            article: string;
            code: string;
            /** Format: int32 */
            count: number;
            /**
             * Format: int32
             * @description The soonest, of what is coming.
             */
            in_days?: number | null;
            /** @description `late`, `due` or `coming`. */
            weight: string;
        };
        /** @description What became of a test message. */
        ReminderTest: {
            /** @description The receiver's own answer, or why there was none. */
            answer: string;
            taken: boolean;
        };
        /** @description How somebody wants to be reminded. The language is that of their account. */
        ReminderWish: {
            /** @description One's own address; empty: none. */
            address: string;
            /** @description A breach is told within the hour. */
            breaches: boolean;
            /**
             * Format: int32
             * @description How many days ahead, 1 to 92.
             */
            days: number;
            /**
             * Format: int32
             * @description 0 to 23: from when on the morning's reminder comes, by the units' time.
             */
            hour: number;
            mail: boolean;
        };
        RemovedPasskeys: {
            /** Format: int64 */
            removed: number;
        };
        RepairRequest: {
            /** @description A document of the unit's register. */
            evidence_document_id: string;
            words: string;
        };
        /** @description The cameras that the unit found for it. */
        RequestTaking: {
            cameras: string[];
            /** @description A case here to which it belongs. */
            case?: string | null;
        };
        /** @description What the unit asks, or why it refuses. */
        RequestWord: {
            text: string;
        };
        Requester: {
            /** Format: int64 */
            at_ms: number;
            credential_document_id: string;
            division: string;
            entry: components["schemas"]["EntryRef"];
            level?: components["schemas"]["OrganLevel"] | null;
            made_by: components["schemas"]["Named"];
            organ: components["schemas"]["Organ"];
            organ_name: string;
            person: components["schemas"]["Named"];
            unit: components["schemas"]["Named"];
            /** Format: int64 */
            until_ms: number;
        };
        /** @description Makes an account without posts a requester's. */
        RequesterRequest: {
            /** @description The credentials that were looked at, a document of the unit. */
            credential_document_id: string;
            /** @description Six digits of GB/T 2260. */
            division: string;
            level?: components["schemas"]["OrganLevel"] | null;
            organ: components["schemas"]["Organ"];
            /** @description At most 100 characters. */
            organ_name: string;
            person_id: string;
            unit_id: string;
            /**
             * Format: int64
             * @description At most 183 days from now; the account ends then.
             */
            until_ms: number;
        };
        Requesters: {
            next_cursor?: string | null;
            requesters: components["schemas"]["Requester"][];
            /** Format: int64 */
            total: number;
        };
        /** @description Minutes of the access log without their entries. */
        RestoredMinutes: {
            /** Format: int64 */
            end_leaf: number;
            /**
             * Format: int64
             * @description Their leaves in the published log: from the first, up to the second, which is not one of them.
             */
            first_leaf: number;
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            minutes: number;
            /** Format: int64 */
            to_ms: number;
        };
        Retention: {
            /** @description One page of them, by name. */
            cameras: components["schemas"]["CameraTerms"][];
            /** @description Newest first. */
            changes: components["schemas"]["TermsChange"][];
            /**
             * Format: int32
             * @description Days that all footage is kept at least.
             */
            floor_days: number;
            next_cursor?: string | null;
            /** @description Footage past its term that is still there although nothing holds it. */
            overkept: components["schemas"]["Overkept"][];
            /**
             * Format: int32
             * @description What the system was set up with: no floor and no term goes below it.
             */
            pack_floor_days: number;
            /**
             * Format: int32
             * @description Days after which footage goes.
             */
            term_days: number;
            /**
             * Format: int64
             * @description Cameras that the query finds.
             */
            total: number;
        };
        /** @description Both are given: a change is of the promise as a whole. */
        RetentionChange: {
            /** @description The paper that orders it. */
            document?: string;
            /** Format: int32 */
            floor_days: number;
            reason: string;
            /** Format: int32 */
            term_days: number;
        };
        RetentionDemand: {
            answer_entry?: components["schemas"]["EntryRef"] | null;
            /** Format: int64 */
            answered_ms?: number | null;
            /** Format: int32 */
            answers: number;
            /** @description Under which footage of the system is kept. */
            article: string;
            /** Format: int64 */
            at_ms: number;
            authority: components["schemas"]["Named"];
            by: components["schemas"]["Named"];
            commitment: string;
            /** Format: int64 */
            deadline_ms: number;
            entry: components["schemas"]["EntryRef"];
            /** Format: int32 */
            failed: number;
            /** Format: int64 */
            from_ms: number;
            id: string;
            inspection_id?: string | null;
            /** Format: int32 */
            instants: number;
            /** @description The reader's authority may show the nonce now. */
            may_draw: boolean;
            /** @description The reader may have it tried again. */
            may_try: boolean;
            nonce?: string | null;
            /** Format: int32 */
            proven: number;
            reason: string;
            /** @description `asked` (the authority has not shown its nonce), `open`, `proven`, `missed`, `lapsed`. */
            state: string;
            /** Format: int64 */
            streams: number;
            system: components["schemas"]["Named"];
            /** Format: int64 */
            to_ms: number;
            unit: components["schemas"]["Named"];
        };
        /** @description What an authority asks a unit to prove. */
        RetentionDemandRequest: {
            /** @description SHA-256 over `watchkeeper/challenge-nonce/v1`, a line feed, and 32 secret bytes of the authority's; hexadecimal. */
            commitment: string;
            /**
             * Format: int64
             * @description Between an hour and thirty days from now.
             */
            deadline_ms: number;
            /** Format: int64 */
            from_ms: number;
            /** @description An open inspection that it is asked in. */
            inspection_id?: string | null;
            /**
             * Format: int32
             * @description At most 200.
             */
            instants: number;
            /** @description At most 1000 characters. */
            reason: string;
            system_id: string;
            /**
             * Format: int64
             * @description Ten minutes ago when absent: what is younger may not be published yet.
             */
            to_ms?: number | null;
        };
        RetentionDemandWhole: {
            demand: components["schemas"]["RetentionDemand"];
            /** @description Empty until it is answered. */
            instants: components["schemas"]["RetentionInstant"][];
        };
        RetentionDemands: {
            /** @description Newest first. */
            demands: components["schemas"]["RetentionDemand"][];
            next_cursor?: string | null;
            /** Format: int64 */
            total: number;
        };
        /** @description One instant that was drawn, and what the judge says of its answer. No picture is among it. */
        RetentionInstant: {
            /** Format: int64 */
            at_ms: number;
            camera: components["schemas"]["Named"];
            /** @description `footage`, `gap`, `expired`, `not_yet`, `cannot`. */
            kind: string;
            /** Format: int32 */
            number: number;
            proven: boolean;
            reason: components["schemas"]["Bilingual"];
        };
        Retrieval: {
            cameras: components["schemas"]["Named"][];
            case_number: string;
            detail?: components["schemas"]["RetrievalDetail"] | null;
            /**
             * Format: int64
             * @description By when it is due, once nothing is lacking.
             */
            due_ms?: number | null;
            entry: components["schemas"]["EntryRef"];
            export_id?: string | null;
            /** Format: int64 */
            from_ms?: number | null;
            ground: components["schemas"]["Ground"];
            id: string;
            late: boolean;
            level?: components["schemas"]["OrganLevel"] | null;
            opened_by: components["schemas"]["Named"];
            /** Format: int64 */
            opened_ms: number;
            organ: components["schemas"]["Organ"];
            organ_name: string;
            /**
             * Format: int64
             * @description By when papers must follow what went out without them.
             */
            papers_due_ms?: number | null;
            reason: string;
            state: components["schemas"]["RetrievalState"];
            /**
             * Format: int64
             * @description Until when its clock stands still, outside of the hours of service under which it runs.
             */
            still_until_ms?: number | null;
            system_id?: string | null;
            /** Format: int64 */
            to_ms?: number | null;
            unit: components["schemas"]["Named"];
            wanted: components["schemas"]["Wanted"];
            way: components["schemas"]["Way"];
        };
        RetrievalAmendment: {
            /** @description The emergency's inquiry is closed. */
            inquiry_closed?: boolean;
            invokes?: string | null;
            level?: components["schemas"]["OrganLevel"] | null;
            officers?: components["schemas"]["OfficerRequest"][];
            papers?: components["schemas"]["RetrievalPaperRequest"][];
        };
        RetrievalCompletion: {
            /** @description Why it goes out before its papers; only where they are no condition. */
            urgent_reason?: string | null;
        };
        RetrievalDetail: {
            /** @description The unit's case under which it is answered. */
            case?: string | null;
            /** @description Oldest first; the register of where its copy is stands in them. */
            events: components["schemas"]["RetrievalEvent"][];
            form: components["schemas"]["RetrievalFormMark"];
            /** @description The article that makes it free of charge; nothing is charged where none does either. */
            free_under?: string | null;
            hold?: components["schemas"]["RetrievalHold"] | null;
            inquiry_closed: boolean;
            invokes?: string | null;
            /** @description The unit may refuse it, under this article; otherwise the article that it would break. */
            may_refuse: boolean;
            officers: components["schemas"]["RetrievalOfficer"][];
            /** @description Packs that bind here and say who may retrieve. */
            packs: string[];
            papers: components["schemas"]["RetrievalPaperRow"][];
            refusal_article: string;
            /** @description Tables that can be named as handed over: exported since the approval, newest first. */
            tables: components["schemas"]["RetrievalTable"][];
            verdict: components["schemas"]["RetrievalVerdict"];
            /** @description Playbacks that can be named when a viewing is entered: begun since the approval, newest first. */
            viewings: components["schemas"]["RetrievalViewing"][];
        };
        RetrievalEvent: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            /** @description Who has the copy from then on; the article of what the law decided. */
            holder: string;
            note: string;
            /**
             * @description `opened`, `amended`, `checked`, `completed`, `approved`, `refused`, `handed-over`, `viewed`, `not-viewed`, `receipt`, `transferred`,
             *     `returned`, `destroyed`; of an export's copy also `kept`.
             */
            what: string;
        };
        /** @description The registration form: its fingerprint, and that of what was approved. */
        RetrievalFormMark: {
            /** @description Of what it said when it was approved: `form_sha256` of the approval's entry. */
            approved_sha256?: string | null;
            /** @description Of what the form says now, as hexadecimal SHA-256. */
            sha256: string;
            /** @description The article that asks the organ to keep to use and secrecy: the form says so, and the receipt needs it. */
            undertaking_article?: string | null;
        };
        RetrievalHold: {
            end_entry?: components["schemas"]["EntryRef"] | null;
            /**
             * Format: int64
             * @description When it ends by rule, since the request came to nothing. Null: two persons lift it.
             */
            ends_ms?: number | null;
            id: string;
            state: components["schemas"]["HoldState"];
        };
        RetrievalLack: {
            article: string;
            code: string;
            reason: components["schemas"]["Bilingual"];
            remedy: components["schemas"]["Bilingual"];
        };
        RetrievalOfficer: {
            certificate?: components["schemas"]["RetrievalPaperKind"] | null;
            checked_by?: components["schemas"]["Named"] | null;
            /** Format: int64 */
            checked_ms?: number | null;
            id: string;
            name: string;
            number: string;
        };
        /**
         * @description What an officer shows or leaves.
         * @enum {string}
         */
        RetrievalPaperKind: "letter_of_introduction" | "law_enforcement_certificate" | "work_certificate" | "supporting_document" | "registration_form";
        RetrievalPaperRequest: {
            /** @description A document of the unit, of that kind. */
            document_id: string;
            paper: components["schemas"]["RetrievalPaperKind"];
        };
        RetrievalPaperRow: {
            document: components["schemas"]["Named"];
            paper: components["schemas"]["RetrievalPaperKind"];
            /** @description Dated today or before, and not expired. */
            valid: boolean;
        };
        RetrievalRefusalRequest: {
            reason: string;
        };
        RetrievalRequest: {
            /** @description Of footage: at most 16, for at most a day. */
            cameras?: string[];
            /** @description A case here to which it belongs. */
            case?: string | null;
            /** @description The organ's own number of its case or request. */
            case_number: string;
            /** Format: int64 */
            from_ms?: number | null;
            ground: components["schemas"]["Ground"];
            /** @description The pack that the organ names; absent: the one that lacks least. */
            invokes?: string | null;
            level?: components["schemas"]["OrganLevel"] | null;
            organ: components["schemas"]["Organ"];
            /** @description At most 100 characters. */
            organ_name: string;
            reason?: string;
            /** @description Of basic data: the system. */
            system_id?: string | null;
            /** Format: int64 */
            to_ms?: number | null;
            unit_id: string;
            wanted: components["schemas"]["Wanted"];
            way: components["schemas"]["Way"];
        };
        /** @enum {string} */
        RetrievalState: "draft" | "complete" | "approved" | "handed_over" | "closed" | "refused";
        /** @description A table of the unit's basic data that was exported after the approval. */
        RetrievalTable: {
            /** Format: int64 */
            at_ms: number;
            by: string;
            entry: components["schemas"]["EntryRef"];
            sha256: string;
        };
        /** @description Within which time a unit answers authorities. */
        RetrievalTerms: {
            /**
             * Format: int32
             * @description From the moment at which nothing is lacking.
             */
            answer_hours: number;
            /**
             * Format: int32
             * @description What the unit may set at most: a pack's own term where one gives it.
             */
            answer_hours_max: number;
            entry?: components["schemas"]["EntryRef"] | null;
            /** @description The reader may change them. */
            may_change: boolean;
            /** @description When the reception is open, in words. */
            open_words: string;
            /**
             * Format: int32
             * @description Papers of what went out urgently.
             */
            papers_hours: number;
            /** Format: int32 */
            papers_hours_max: number;
            service?: components["schemas"]["ServiceHours"] | null;
            unit: components["schemas"]["Named"];
            /**
             * Format: int32
             * @description A binding text's term in hours of service: the clock stands still outside of them where they are stated, but not in an emergency;
             *     else it runs by the calendar.
             */
            working_hours?: number | null;
        };
        RetrievalTermsList: {
            terms: components["schemas"]["RetrievalTerms"][];
        };
        RetrievalTermsRequest: {
            /**
             * Format: int32
             * @description 1 to 72, or a pack's own term.
             */
            answer_hours: number;
            /** @description At most 100 characters. */
            open_words?: string;
            /**
             * Format: int32
             * @description 1 to 24.
             */
            papers_hours: number;
            /** @description At most 500 characters. */
            reason: string;
        };
        /** @description What the law says of it today. */
        RetrievalVerdict: {
            article: string;
            missing: components["schemas"]["RetrievalLack"][];
            word: components["schemas"]["VerdictWord"];
        };
        /** @description A playback that counts as a viewing of what was approved. */
        RetrievalViewing: {
            /** Format: int64 */
            begun_ms: number;
            by: string;
            cameras: components["schemas"]["Named"][];
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            view_id: string;
        };
        Retrievals: {
            next_cursor?: string | null;
            /** @description Newest first, without their details. */
            retrievals: components["schemas"]["Retrieval"][];
            /** Format: int64 */
            total: number;
        };
        Revocation: {
            /** Format: int64 */
            at_ms: number;
            reason: string;
        };
        /** @description What the posts entitle to anywhere: for choosing what the console offers. Each act is decided by itself. */
        Rights: {
            cameras: boolean;
            export: boolean;
            /** @description Gaps and what people say about them; whoever may explain one, too. */
            gaps: boolean;
            health: boolean;
            ledger: boolean;
            live: boolean;
            /** @description Inspections and orders of one's own units. */
            orders: boolean;
            people: boolean;
            playback: boolean;
            /** @description Filing and collecting for a requesting authority; then there is nothing else. */
            portal: boolean;
            /** @description Keeping trainings, terms and confirmations of people. */
            standings: boolean;
            /** @description Supervising for an authority. */
            supervision: boolean;
        };
        /**
         * @description What a person may be entitled to in a unit or a camera group.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "administrator" | "auditor" | "manager" | "supervisor" | "requester";
        /** @description Room, and how long it lasts. */
        Room: {
            bytes_per_day: components["schemas"]["Range"];
            /**
             * Format: int64
             * @description All that recordings may fill: what they fill now, and what is free without the reserve.
             */
            capacity_bytes: number;
            /**
             * Format: int64
             * @description Of that, under holds.
             */
            held_bytes: number;
            /** @description Days until footage below its floor would have to go, which does not happen: then cameras stop. */
            horizon: components["schemas"]["Horizon"];
            /**
             * Format: int64
             * @description What footage needs once every camera has reached its floor.
             */
            needed_bytes: number;
            /**
             * Format: int32
             * @description The rung of the ladder that the disk stands on; null: none.
             */
            rung_days?: number | null;
            /** Format: int64 */
            stored_bytes: number;
        };
        RotationRequest: {
            password: string;
            selection: components["schemas"]["SelectionRequest"];
            username: string;
        };
        Round: {
            begun: components["schemas"]["RoutineHand"];
            id: string;
            lines: components["schemas"]["RoundLine"][];
            /** @description What the system measured when it began. */
            measured: components["schemas"]["RoundMeasured"][];
            part: components["schemas"]["SystemPart"];
            signed?: components["schemas"]["RoutineHand"] | null;
        };
        /**
         * @description What a line of a maintenance round came to.
         * @enum {string}
         */
        RoundAnswer: "good" | "fault" | "not_applicable";
        /** @description A line of the checklist. */
        RoundItem: {
            id: string;
            measured: boolean;
            words: components["schemas"]["Bilingual"];
        };
        RoundLine: {
            answer: components["schemas"]["RoundAnswer"];
            camera_id?: string | null;
            item: string;
            /** @description Needed of a fault; at most 500 characters. */
            words?: string;
        };
        RoundLinesRequest: {
            lines: components["schemas"]["RoundLine"][];
        };
        RoundMeasured: {
            en: string;
            good: boolean;
            item: string;
            zh: string;
        };
        /** @description A unit of the area, or one system of it. */
        RoundMember: {
            /** @description Absent: all systems of the unit in the area. */
            system_id?: string | null;
            unit_id: string;
        };
        RoundPart: {
            /** Format: int64 */
            due_ms: number;
            /** Format: int32 */
            every_days: number;
            items: components["schemas"]["RoundItem"][];
            /** Format: int64 */
            last_ms?: number | null;
            /** @description A round that is open. */
            open?: string | null;
            part: components["schemas"]["SystemPart"];
        };
        RoundRequest: {
            part: components["schemas"]["SystemPart"];
            unit_id: string;
        };
        /** @description Somebody's name under something. */
        RoutineHand: {
            /** Format: int64 */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            person: components["schemas"]["Named"];
            words: string;
        };
        /** @description Something that is missing or late, as the findings say it. */
        RoutineLate: {
            code: string;
            reason: components["schemas"]["Bilingual"];
            remedy: components["schemas"]["Bilingual"];
            /** Format: int64 */
            since_ms: number;
        };
        /** @description What was made. */
        RoutineMade: {
            id: string;
        };
        RoutineRounds: {
            /** @description What the system sees to be broken and no open work order is about. */
            faults: components["schemas"]["DeviceFault"][];
            may_change: boolean;
            /** @description Those that are open first, by their day. */
            orders: components["schemas"]["WorkOrder"][];
            parts: components["schemas"]["RoundPart"][];
            /**
             * Format: int64
             * @description When a repair is due that is asked for now.
             */
            repair_due_ms: number;
            /** @description Newest first. */
            rounds: components["schemas"]["Round"][];
            unit: components["schemas"]["Named"];
        };
        RoutineRules: {
            drills: components["schemas"]["Drill"][];
            /** @description Those that a pack asks for, then the unit's own. */
            kinds: components["schemas"]["RuleState"][];
            /** @description Of the whole unit, rounds and assessments too. */
            late: components["schemas"]["RoutineLate"][];
            may_change: boolean;
            /** @description The unit has said its own terms; else they are the product's. */
            own_terms: boolean;
            /** @description Who has a post in the unit. */
            staff: components["schemas"]["Named"][];
            terms: components["schemas"]["RoutineTerms"];
            unit: components["schemas"]["Named"];
            /** @description All versions, newest first. */
            versions: components["schemas"]["RuleVersion"][];
        };
        /** @description How often a unit does what: its own policy, since no article gives a number. */
        RoutineTerms: {
            /** Format: int32 */
            assessment_days: number;
            /**
             * Format: int32
             * @description How long staff may take to confirm a version that is in force.
             */
            confirm_days: number;
            /** Format: int32 */
            drill_days: number;
            /** Format: int32 */
            front_end_days: number;
            /** Format: int32 */
            lines_days: number;
            /**
             * Format: int32
             * @description How long a repair may take when nobody says.
             */
            repair_days: number;
            /** Format: int32 */
            storage_days: number;
        };
        RoutineTermsRequest: {
            /** @description Each 1 to 1096. */
            terms: components["schemas"]["RoutineTerms"];
            unit_id: string;
        };
        RuleConfirmation: {
            /** Format: int64 */
            at_ms: number;
            entry: components["schemas"]["EntryRef"];
            person: components["schemas"]["Named"];
        };
        /**
         * @description What a written rule of a unit is about.
         * @enum {string}
         */
        RuleKind: "watch" | "operation" | "footage" | "confidentiality" | "security" | "maintenance" | "training" | "emergency";
        RuleRequest: {
            /** @description A document of the unit's register, with its file. */
            document_id: string;
            /**
             * Format: int64
             * @description Absent: now.
             */
            from_ms?: number | null;
            kind: components["schemas"]["RuleKind"];
            /**
             * Format: int64
             * @description Within three years after that.
             */
            review_ms: number;
            unit_id: string;
        };
        RuleState: {
            /** @description The article that asks for it; null: the unit's own. */
            article?: string | null;
            in_force?: components["schemas"]["RuleVersion"] | null;
            kind: components["schemas"]["RuleKind"];
        };
        RuleVersion: {
            confirmed: components["schemas"]["RuleConfirmation"][];
            document: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            id: string;
            in_force: boolean;
            kind: components["schemas"]["RuleKind"];
            /** @description Staff who have not confirmed the one in force. */
            missing: components["schemas"]["Named"][];
            /** Format: int64 */
            review_ms: number;
        };
        RunningSoftware: components["schemas"]["MeasuredSoftware"] & {
            file: components["schemas"]["ProgramFile"];
            /**
             * Format: int64
             * @description When the program's file on the disk was last looked at: at the start, and once a day.
             */
            looked_ms?: number | null;
            /** Format: int64 */
            started_ms: number;
        };
        /** @description A takeover that runs, as the state line tells everybody. */
        RunningTakeover: {
            /** @description With no system either: all cameras of the unit. */
            group_name?: string | null;
            id: string;
            of_system: boolean;
            organ_name: string;
            /** @description The reader is one of its officers. */
            own: boolean;
            /** @description Null for a secret one, to whoever is not cleared. */
            system_name?: string | null;
            unit_name: string;
            /** Format: int64 */
            until_ms: number;
        };
        /** @description The background reading of all footage. */
        Scrub: {
            /** Format: int64 */
            begun_ms: number;
            /**
             * Format: double
             * @description What it aims at, so that a round fits in the floor's period.
             */
            bytes_per_second: number;
            /** @description Newest first; at most 100. */
            findings: components["schemas"]["ScrubFinding"][];
            /**
             * Format: int64
             * @description End of the last whole round; null before the first.
             */
            finished_ms?: number | null;
            /**
             * Format: int64
             * @description In this round, of what is stored now.
             */
            read_bytes: number;
            /**
             * Format: int64
             * @description From 1.
             */
            round: number;
            /** Format: int64 */
            stored_bytes: number;
        };
        /** @description Footage that is not what its record says. */
        ScrubFinding: {
            /** Format: int64 */
            found_ms: number;
            /** @description Segment and file. */
            place: string;
            /** @description With fragment and second, as far as they can be told. */
            problem: string;
        };
        /** @description Somebody who signed in at another's console, to look along. */
        SecondPerson: {
            account: string;
            name: string;
            /** Format: int64 */
            since_ms: number;
            /**
             * Format: int64
             * @description Then they sign in anew, or have left.
             */
            until_ms: number;
        };
        /** @description The second person's own account. */
        SecondPersonRequest: {
            account: string;
            password: string;
            /** @description The code of their second factor, where they have one. */
            totp?: string | null;
        };
        /** @description Records or cameras by tick or by filter. */
        SelectionRequest: {
            /** @default null */
            group: string | null;
            /**
             * @description When there are none, the filter counts.
             * @default []
             */
            ids: string[];
            /** @default false */
            incomplete: boolean;
            /**
             * @description Only those that lack this expected field.
             * @default null
             */
            lacks: string | null;
            /** @default null */
            parent: string | null;
            /** @default null */
            query: string | null;
            /** @default null */
            unit: string | null;
        };
        Served: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            from_ms: number;
            profile: components["schemas"]["Profile"];
            /** Format: int64 */
            to_ms: number;
            /** Format: int64 */
            units: number;
        };
        ServerClock: {
            /**
             * Format: int64
             * @description When they were asked last, in this run or before.
             */
            asked_ms?: number | null;
            /**
             * Format: int64
             * @description More than a little: the system's clock was set back.
             */
            line_ahead_ms: number;
            /**
             * Format: int64
             * @description The recorder's line, which never runs back: what records are stamped with.
             */
            line_ms: number;
            /**
             * Format: int64
             * @description Time sources minus system clock, when they agree.
             */
            offset_ms?: number | null;
            /** @description What each said in this run. */
            sources: components["schemas"]["TimeSource"][];
            /** @description Whether the system's clock is where its time sources say; null: none is configured, or none was asked lately. */
            synchronised?: boolean | null;
            /** Format: int64 */
            system_ms: number;
            /**
             * Format: int64
             * @description How far the system's clock is ahead of the time that has really passed; footage expires by the latter.
             */
            trusted_lead_ms: number;
        };
        /**
         * @description A text message from the server on a live or playback socket. Pictures travel as binary messages: a 24-byte
         *     header (big endian: u8 type 1 init or 2 media, u8 flags with bit 0 for a key frame, u16 0, u32 sequence, i64 wall
         *     time in microseconds, i64 media time in ticks of 1/90000 s), then fMP4 bytes.
         */
        ServerMessage: {
            codec: string;
            /** Format: int32 */
            height: number;
            profile: components["schemas"]["Profile"];
            /** @enum {string} */
            type: "init";
            /** Format: int32 */
            width: number;
        } | {
            state: components["schemas"]["StreamState"];
            /** @enum {string} */
            type: "state";
        } | {
            /** @enum {string} */
            type: "skipped";
            /** Format: int64 */
            units: number;
        } | {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            base_ms: number;
            /** Format: int32 */
            epoch: number;
            /** @enum {string} */
            type: "position";
        } | {
            /** Format: int64 */
            arrived_ms: number;
            /** Format: int32 */
            epoch: number;
            /** Format: int64 */
            from_ms: number;
            /** @description Where it came from, as a person said it. */
            source: string;
            /** Format: int64 */
            to_ms: number;
            /** @enum {string} */
            type: "brought";
        } | {
            cause: components["schemas"]["GapCause"];
            /** Format: int32 */
            epoch: number;
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            /** @enum {string} */
            type: "gap";
        } | {
            /** Format: int64 */
            at_ms: number;
            /** Format: int32 */
            epoch: number;
            /** @enum {string} */
            type: "end_of_footage";
        } | {
            reason: components["schemas"]["EndReason"];
            /** @enum {string} */
            type: "end";
        } | {
            message: string;
            /** @enum {string} */
            type: "error";
        };
        /** @description When a reception is open. */
        ServiceHours: {
            /** @description `YYYY-MM-DD`. */
            closed_days: string[];
            entry: components["schemas"]["EntryRef"];
            openings: components["schemas"]["ServiceOpening"][];
        };
        ServiceHoursRequest: {
            /** @description At most 60, as `2026-10-01`. */
            closed_days: string[];
            /** @description At most 28, 20 hours a week or more; none: every term runs by the calendar. */
            openings: components["schemas"]["ServiceOpening"][];
            /** @description At most 500 characters. */
            reason: string;
        };
        ServiceOpening: {
            /**
             * Format: int32
             * @description Minutes after midnight at the unit.
             */
            from_min: number;
            /**
             * Format: int32
             * @description Up to a day; beyond midnight it ends on the next.
             */
            length_min: number;
            /**
             * Format: int32
             * @description 0 Monday to 6 Sunday.
             */
            weekday: number;
        };
        SessionItem: {
            /** @description What the browser calls itself. */
            agent: string;
            /** Format: int64 */
            created_ms: number;
            current: boolean;
            /** Format: int64 */
            expires_ms: number;
            id: string;
            /** Format: int64 */
            last_seen_ms: number;
            means?: components["schemas"]["SignInMethod"] | null;
            /** @description Network address of the sign-in. */
            place: string;
            provider?: components["schemas"]["Bilingual"] | null;
        };
        /** @description What the sign-in page offers, before anybody is signed in. */
        SignInMeans: {
            /** @description The host name under which passkeys work; null: nobody set one. */
            passkey_host?: string | null;
            /** @description By whose word one may sign in. */
            providers: components["schemas"]["Provider"][];
            /**
             * @description SHA-256 of the root under which this server's certificate was made, `AB:CD:…`; null: the certificate is from elsewhere, or
             *     there is none.
             */
            root_sha256?: string | null;
        };
        /**
         * @description By what a session was begun.
         * @enum {string}
         */
        SignInMethod: "password" | "passkey" | "provider";
        SignInRequest: {
            account: string;
            password: string;
            /** @description Six digits, when the account has a second factor. */
            totp?: string | null;
        };
        SignRequest: {
            /** @description At most 2000 characters. */
            words: string;
        };
        /** @description Who, when, and the entry of the access log. */
        Signature: {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            entry: number;
            person: components["schemas"]["Named"];
        };
        SoftwareAnnouncement: {
            /** @description The program that will run; absent: whichever. */
            expected_sha256?: string | null;
            id: string;
            said: components["schemas"]["SoftwareWord"];
            /** Format: int64 */
            until_ms: number;
            what: components["schemas"]["SoftwarePart"];
        };
        SoftwareAnnouncementRequest: {
            /**
             * Format: int32
             * @description 1 to 14.
             */
            days: number;
            /** @description SHA-256 of the program that will run, 64 hexadecimal digits, as its maker published it. */
            expected_sha256?: string | null;
            /** @description At most 500 characters. */
            reason: string;
            what: components["schemas"]["SoftwarePart"];
        };
        SoftwareChange: {
            announced?: components["schemas"]["SoftwareWord"] | null;
            /** Format: int64 */
            at_ms: number;
            before?: components["schemas"]["MeasuredSoftware"] | null;
            entry: components["schemas"]["EntryRef"];
            explained?: components["schemas"]["SoftwareWord"] | null;
            how: components["schemas"]["SoftwareHow"];
            id: string;
            measured?: components["schemas"]["MeasuredSoftware"] | null;
            /** @description It is a finding until somebody explains it. */
            needs_explanation: boolean;
            /** @description `program`, `version`, `console`, `packs`, `own_packs`, or `settings.` with an option's name. */
            parts: string[];
            /** @description Digest of the program's file; absent: it was gone. */
            program?: string | null;
            /** @description Those that nothing had announced. */
            uncovered: string[];
            /** @description The file on the disk was replaced or removed while the server ran; otherwise a start found it. */
            while_running: boolean;
        };
        SoftwareExplanationRequest: {
            /** @description At most 500 characters. */
            reason: string;
        };
        /** @enum {string} */
        SoftwareHow: "first" | "announced" | "found_before" | "unannounced" | "other_than_announced";
        /**
         * @description What will be changed.
         * @enum {string}
         */
        SoftwarePart: "program" | "settings" | "both";
        /** @description What somebody said, with its entry. */
        SoftwareWord: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            reason: string;
        };
        /**
         * @description By what right the sound of a camera is recorded.
         * @enum {string}
         */
        SoundBasis: "law" | "authority_order" | "consent";
        /** @description Sound is switched on with a basis, its ground, and the paper of an order or agreement; off with a word why. */
        SoundRequest: {
            basis?: components["schemas"]["SoundBasis"] | null;
            document?: string;
            ground?: string;
            on: boolean;
        };
        /** @description One switch of a camera's sound. */
        SoundSwitch: {
            /** Format: int64 */
            at_ms: number;
            basis?: components["schemas"]["SoundBasis"] | null;
            /** @description Name or number of the paper; empty without one. */
            document: string;
            entry: components["schemas"]["EntryRef"];
            ground: string;
            /** @description Whether it holds: the newest of a camera that is in use and has not moved since. On and in force: sound is recorded. */
            in_force: boolean;
            on: boolean;
            person?: components["schemas"]["Named"] | null;
        };
        SoundSwitches: {
            /** @description Newest first. */
            switches: components["schemas"]["SoundSwitch"][];
        };
        /**
         * @description How far the logs are witnessed.
         * @enum {string}
         */
        Standing: "none" | "same_host" | "behind" | "witnessed" | "alarm";
        /** @description How a person stands now. What it means for an act is decided at that act. */
        StandingFacts: {
            /**
             * Format: int64
             * @description The account's own end.
             */
            account_until_ms?: number | null;
            /** Format: int64 */
            confirm_by_ms: number;
            confirmation?: components["schemas"]["PostsConfirmation"] | null;
            contractor?: components["schemas"]["Named"] | null;
            /** @description Not used for so long that signing in is refused. */
            dormant: boolean;
            /**
             * Format: int64
             * @description When the first of those posts was given that nobody but the giver has confirmed since.
             */
            given_ms?: number | null;
            /**
             * Format: int64
             * @description An account from before trainings were registered; until then it needs none.
             */
            grace_until_ms?: number | null;
            /** Format: int64 */
            left_ms?: number | null;
            /**
             * Format: int64
             * @description The last sign-in.
             */
            signed_in_ms?: number | null;
            /**
             * Format: int64
             * @description The same by those trainings alone that the municipal public security organ held (guangzhou-2007:23).
             */
            trained_by_public_security_until_ms?: number | null;
            /**
             * Format: int64
             * @description The end of the training that is valid now; absent: there is none.
             */
            trained_until_ms?: number | null;
            /** @description Who alone made the account or reset its password: another keeper has not confirmed it since, and it has no pictures. */
            unconfirmed_by?: string | null;
            vetting?: components["schemas"]["Vetting"] | null;
        };
        /** @description The state line of the console. */
        State: {
            alarms: components["schemas"]["OpenAlarms"];
            /**
             * Format: int64
             * @description Clips that colleagues handed to whoever asks, which can be played and were not yet.
             */
            clips_for_me: number;
            /** @description Simulated cameras and published passwords: not for real use. */
            demo: boolean;
            disk: components["schemas"]["DiskState"];
            gaps_today: components["schemas"]["GapsToday"];
            kept: components["schemas"]["Kept"];
            ledger: components["schemas"]["LedgerState"];
            /** Format: int64 */
            now_ms: number;
            recording: components["schemas"]["RecordingState"];
            /** @description Control that an organ has over cameras now; visible to everyone on the system. */
            takeovers: components["schemas"]["RunningTakeover"][];
            unit_name: string;
            /**
             * Format: int64
             * @description Reminders of whoever asks that they have not read.
             */
            unread_reminders: number;
            /**
             * Format: int32
             * @description Minutes by which the server's clock on the wall is ahead of UTC now: its days and months are of that zone.
             */
            utc_offset_min: number;
        };
        /**
         * @description What a stream is doing now.
         * @enum {string}
         */
        StateWord: "connecting" | "recording" | "live" | "no_signal" | "stalled" | "credentials" | "error" | "disk" | "disabled";
        Still: {
            entry: components["schemas"]["EntryRef"];
            file_name: string;
            /** @description Drawn into the picture. */
            mark_text: string;
        };
        StillConfirmed: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
        };
        StillOfPoint: {
            /** Format: int64 */
            at_ms: number;
            confirmed?: components["schemas"]["StillConfirmed"] | null;
            document_id: string;
            entry: components["schemas"]["EntryRef"];
            /** @description The camera stands there still and looks where it did. */
            is_current: boolean;
        };
        /** @description Why somebody has the system take a still: a camera that is not in use is watched for maintenance or training only. */
        StillOrder: {
            case?: string | null;
            legal_basis: components["schemas"]["LegalBasis"];
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
        };
        StillRequest: {
            /**
             * Format: int64
             * @description The moment of the frame that is saved.
             */
            at_ms: number;
            camera_id: string;
            view_id: string;
        };
        Storage: {
            /** @description A camera that would not reach its floor is refused. */
            admission_control: boolean;
            /** @description All disks in use together: whether a camera fits is judged by this. */
            all: components["schemas"]["Room"];
            /** @description One page of the cameras in use, in the order in which they would stop. */
            cameras: components["schemas"]["CameraStorage"][];
            /** @description In order of number; retired ones and those that are away too. */
            disks: components["schemas"]["StorageDisk"][];
            /** @description Days before the end at which it is said louder. */
            ladder_days: number[];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Of one's own cameras, how many are not recorded because there is no room for all.
             */
            stopped: number;
            /**
             * Format: int32
             * @description The longest term of one's own cameras.
             */
            term_days_max: number;
            /**
             * Format: int64
             * @description Cameras that the query finds.
             */
            total: number;
        };
        StorageDisk: {
            /** Format: int64 */
            added_ms?: number | null;
            /** Format: int64 */
            free_bytes: number;
            /**
             * Format: int32
             * @description 1 is the folder that the boot file or the data folder names.
             */
            id: number;
            path: string;
            /**
             * Format: int32
             * @description Cameras that are recorded there now.
             */
            recorded: number;
            /** Format: int64 */
            retired_ms?: number | null;
            room: components["schemas"]["Room"];
            state: components["schemas"]["DiskWord"];
            /** Format: double */
            sync_ms_last: number;
            /** Format: double */
            sync_ms_max: number;
            /** Format: int64 */
            syncs_failed: number;
            /** Format: int64 */
            total_bytes: number;
        };
        /** @description One row of the health table. */
        StreamRow: {
            /** Format: int64 */
            bytes: number;
            camera: components["schemas"]["Named"];
            /** Format: int64 */
            lost_packets: number;
            profile: components["schemas"]["Profile"];
            /**
             * Format: int64
             * @description Skipped for slow viewers.
             */
            queue_dropped: number;
            /** Format: int64 */
            reconnects: number;
            recorded: boolean;
            state: components["schemas"]["StreamState"];
            /** Format: int64 */
            units: number;
            /**
             * Format: int64
             * @description Arrived but could not be recorded: before a key frame, or the disk was too slow.
             */
            unrecorded_units: number;
        };
        StreamState: {
            /** Format: int64 */
            clock_offset_ms?: number | null;
            /** @description `H.264`, `H.265` or `MJPEG`, of sound `AAC`, `G.711 µ-law` or `G.711 A-law`, once known. */
            codec?: string | null;
            /** @description What the camera or the network said, in English. */
            detail: string;
            /** Format: float */
            fps?: number | null;
            /** Format: int32 */
            height?: number | null;
            /** Format: int32 */
            kbps?: number | null;
            /** Format: int32 */
            key_interval_ms?: number | null;
            /**
             * Format: int64
             * @description Capture time of the newest picture, or of the newest sound.
             */
            newest_unit_ms?: number | null;
            rfc6381?: string | null;
            /** Format: int64 */
            since_ms: number;
            /** Format: int32 */
            width?: number | null;
            word: components["schemas"]["StateWord"];
        };
        SupervisedSystem: {
            /**
             * Format: int32
             * @description Recorded of owed time of the last 30 days, in hundredths of a percent; null when nothing was owed.
             */
            available_bp?: number | null;
            /** Format: int32 */
            breaches: number;
            /** Format: int32 */
            cameras: number;
            divisions: string[];
            /** Format: int32 */
            due: number;
            /** Format: int32 */
            filings_made: number;
            /** Format: int32 */
            filings_owed: number;
            findings: components["schemas"]["SystemFinding"][];
            /**
             * Format: int32
             * @description Days that footage must be kept, when a text that binds says so.
             */
            floor_days?: number | null;
            id: string;
            /**
             * Format: int64
             * @description When the reader's authority last ended an inspection of it.
             */
            inspected_ms?: number | null;
            /**
             * Format: int64
             * @description By when it inspects it next; null without a rhythm.
             */
            inspection_due_ms?: number | null;
            /** @description One that is under way. */
            inspection_id?: string | null;
            name: string;
            /** Format: int32 */
            notes: number;
            /** @description Rule packs that bind it. */
            packs: string[];
            /** @description Stage of its life. */
            stage: string;
            unit: components["schemas"]["Named"];
        };
        /** @description Compliance in an authority's area. */
        Supervision: {
            authority: components["schemas"]["Authority"];
            /** @description What authorities are late with: one's own, and those below. */
            late: components["schemas"]["LateAuthority"][];
            rhythm?: components["schemas"]["InspectionRhythm"] | null;
            systems: components["schemas"]["SupervisedSystem"][];
        };
        SystemDossier: {
            by: components["schemas"]["Named"];
            /** Format: int32 */
            claims: number;
            entry: components["schemas"]["EntryRef"];
            id: string;
            /** Format: int64 */
            made_ms: number;
            opened: boolean;
            /** @description The entry of its making is published: it can be collected. Within a minute. */
            ready: boolean;
        };
        SystemDossierRequest: {
            /** @description Entries of the register and of supervision are handed out in plain: with the names, posts and network addresses of whoever acted. */
            opened?: boolean;
        };
        SystemDossiers: {
            /** @description Newest first, at most 100. */
            dossiers: components["schemas"]["SystemDossier"][];
        };
        SystemFilings: {
            /** @description Oldest first. */
            made: components["schemas"]["FilingMade"][];
            owed: components["schemas"]["FilingOwed"][];
        };
        SystemFinding: {
            about: string;
            article: string;
            code: string;
            reason: components["schemas"]["Bilingual"];
            /** @description `breach`, `due`, `note`. */
            severity: string;
        };
        /** @description Where a system stands, and what its next step demands. */
        SystemLife: {
            /** @description As if it were taken now with the papers that lie with the system and nobody named. */
            demands: components["schemas"]["LifeDemand"][];
            main_works?: components["schemas"]["MainWorksDays"] | null;
            /** @description `review`, `build`, `test`, `accept`, `commission`, `decommission`. */
            next?: string | null;
            packs: components["schemas"]["SystemPack"][];
            /** @description `planned`, `designed`, `built`, `tested`, `accepted`, `in_use`, `decommissioned`. */
            stage: string;
            steps: components["schemas"]["LifeStep"][];
            system: components["schemas"]["Record"];
        };
        SystemPack: {
            /** @description Refuses; otherwise it only gives findings. */
            binds: boolean;
            id: string;
        };
        /**
         * @description A part of a system: cameras and what stands with them, the lines, the store.
         * @enum {string}
         */
        SystemPart: "front_end" | "lines" | "storage";
        Takeover: {
            /** @description Under which control passed; `unit:takeover` where no text that binds speaks of it. */
            article: string;
            end?: components["schemas"]["TakeoverEnd"] | null;
            entered_by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            from_ms: number;
            group?: components["schemas"]["Named"] | null;
            id: string;
            /** @description The reader may give control back. */
            may_end: boolean;
            /** @description A system was taken over. */
            of_system: boolean;
            officers: components["schemas"]["Named"][];
            order_document_id: string;
            organ: components["schemas"]["TakeoverOrgan"];
            organ_name: string;
            reason: string;
            running: boolean;
            system?: components["schemas"]["Named"] | null;
            unit: components["schemas"]["Named"];
            unit_keeps: components["schemas"]["UnitKeeps"];
            /** Format: int64 */
            until_ms: number;
        };
        TakeoverEnd: {
            /** Format: int64 */
            at_ms: number;
            by?: components["schemas"]["Named"] | null;
            entry?: components["schemas"]["EntryRef"] | null;
            reason: string;
        };
        /**
         * @description Who takes over control.
         * @enum {string}
         */
        TakeoverOrgan: "public_security" | "national_security" | "law_enforcement";
        TakeoverRequest: {
            /** @description One camera group and those below; absent: all cameras of the unit. */
            group_id?: string | null;
            /** @description Accounts of those who take control, at most 20. */
            officer_ids: string[];
            /** @description The organ's order: a document of the unit's register. */
            order_document_id?: string | null;
            organ: components["schemas"]["TakeoverOrgan"];
            /** @description At most 100 characters. */
            organ_name: string;
            /** @description At most 500 characters. */
            reason: string;
            /** @description One system of the unit's register: the cameras at its points at each moment, its record and its life. Not with a group. */
            system_id?: string | null;
            unit_id: string;
            unit_keeps?: components["schemas"]["UnitKeeps"];
            /**
             * Format: int64
             * @description Within 5 minutes to 7 days from now.
             */
            until_ms: number;
        };
        TakeoverReturn: {
            /** @description At most 500 characters. */
            reason: string;
        };
        Takeovers: {
            /** @description Newest first, at most 200. */
            takeovers: components["schemas"]["Takeover"][];
        };
        TermRequest: {
            /** @description A contractor of the registry: the person is of its staff. */
            contractor_id?: string | null;
            /**
             * Format: int64
             * @description Absent: without an end, which contractors' accounts need.
             */
            valid_until_ms?: number | null;
        };
        TermsChange: {
            /** Format: int64 */
            at_ms: number;
            camera?: components["schemas"]["Named"] | null;
            document: string;
            entry: components["schemas"]["EntryRef"];
            /** Format: int32 */
            floor_days?: number | null;
            person?: components["schemas"]["Named"] | null;
            reason: string;
            /** Format: int32 */
            term_days?: number | null;
        };
        /** @enum {string} */
        Theme: "dark" | "light" | "auto";
        /** @description What one time source said. */
        TimeSource: {
            /**
             * Format: int64
             * @description There and back; half of it is what cannot be known.
             */
            delay_ms?: number | null;
            /** @description It does not agree with the others. */
            is_outlier: boolean;
            /** @description The time in a witness's cosignature: of another party's clock, in whole seconds. */
            is_witness: boolean;
            name: string;
            /**
             * Format: int64
             * @description Source minus system clock.
             */
            offset_ms?: number | null;
            /** @description Why it said nothing. */
            problem?: string | null;
            /**
             * Format: int32
             * @description Steps from a clock of its own kind.
             */
            stratum?: number | null;
        };
        Timeline: {
            /** Format: int64 */
            bucket_ms: number;
            rows: components["schemas"]["TimelineRow"][];
        };
        TimelineGap: {
            cause: components["schemas"]["GapCause"];
            evidence: string;
            /** Format: int64 */
            from_ms: number;
            /**
             * Format: int64
             * @description Index of the gap's record in the footage log; null while the gap is open.
             */
            id?: number | null;
            /** @description The same as `state` being `justified`. */
            justified: boolean;
            state: components["schemas"]["GapState"];
            /** Format: int64 */
            to_ms: number;
        };
        /** @description Where a timeline shows that footage is protected more than its camera. */
        TimelineLevel: {
            /** Format: int64 */
            from_ms: number;
            /** Format: int32 */
            level: number;
            /** Format: int64 */
            to_ms: number;
        };
        TimelineRow: {
            /** @description One number per bucket, 0 to 255, from frame sizes alone. */
            activity: number[];
            camera: string;
            gaps: components["schemas"]["TimelineGap"][];
            /** @description Footage that was brought later, as pairs; the gaps that it fills stay gaps. It plays as the profile `later`. */
            later: number[][];
            /** @description Spans that are protected more than the camera: seen with a reason or a case only. */
            levels: components["schemas"]["TimelineLevel"][];
            profile: components["schemas"]["Profile"];
            /** @description Footage, as pairs of from and to in Unix milliseconds. */
            spans: number[][];
        };
        TotpCode: {
            code: string;
        };
        /** @description A second factor that is not in force until it is confirmed with a code. */
        TotpEnrolment: {
            otpauth_url: string;
            /** @description Base32, shown once. */
            secret: string;
        };
        /** @description Where a found file comes from. */
        Trace: {
            /** Format: int64 */
            bytes: number;
            /** @description The copies that the ids name; without one, all that held the footage. */
            copies: components["schemas"]["TraceCopy"][];
            copy_ids: string[];
            /**
             * Format: int64
             * @description Of the access log: that this was asked.
             */
            entry: number;
            /**
             * Format: int64
             * @description Groups of pictures in it, and how many of them are footage of this store by their hashes.
             */
            groups: number;
            /**
             * @description Whether its manifest is the one that was made for the copy; null without a manifest, false also when the package is no
             *     longer kept.
             */
            manifest_is_ours?: boolean | null;
            /** Format: int64 */
            matched_groups: number;
            /** @description Stored files of that time that were copied out on the machine, without a copy id. */
            plain_copies: components["schemas"]["TracePlainCopy"][];
            reasons: components["schemas"]["TraceReason"][];
            /** @description Of the file; of a package, of its videos one after another. */
            sha256: string;
            spans: components["schemas"]["TraceSpan"][];
            verdict: components["schemas"]["TraceVerdict"];
        };
        TraceCollected: {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            entry: number;
        };
        /** @description One copy that was handed out. */
        TraceCopy: {
            /** @description Who approved it; empty where nobody had to. */
            approver: string;
            /** @description Its id is in the file. */
            by_id: boolean;
            cameras: components["schemas"]["Named"][];
            case?: string | null;
            collected: components["schemas"]["TraceCollected"][];
            copy_id: string;
            /**
             * Format: int64
             * @description The entry under which it was made.
             */
            entry: number;
            /** Format: int64 */
            from_ms: number;
            /** @description It held all of the pictures that were found stored, or some; null: none of them, or none was found. */
            held_all?: boolean | null;
            /**
             * Format: int64
             * @description More cameras of it, of other units.
             */
            hidden_cameras: number;
            legal_basis: string;
            note?: string | null;
            profile: components["schemas"]["Profile"];
            purpose: string;
            recipient: components["schemas"]["Recipient"];
            requested_by: components["schemas"]["Named"];
            /** Format: int64 */
            requested_ms: number;
            state: components["schemas"]["ExportState"];
            /** Format: int64 */
            to_ms: number;
        };
        TracePlainCopy: {
            /** Format: int64 */
            at_ms: number;
            by: string;
            camera: components["schemas"]["Named"];
            /** Format: int64 */
            entry: number;
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
        };
        /**
         * @description Why not more can be said.
         * @enum {string}
         */
        TraceReason: "unknown_copy" | "elsewhere" | "no_video" | "unreadable" | "no_group" | "none_stored" | "deleted" | "too_much" | "not_all_read";
        TraceSpan: {
            camera: components["schemas"]["Named"];
            /** Format: int64 */
            from_ms: number;
            profile: components["schemas"]["Profile"];
            /** Format: int64 */
            to_ms: number;
        };
        /**
         * @description What can be said of a found file.
         * @enum {string}
         */
        TraceVerdict: "copy" | "footage" | "contradicted" | "cannot_tell";
        /** @description A training as it was entered. */
        Training: {
            /** @description The municipal public security organ held it. */
            by_public_security: boolean;
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            id: string;
            issuer: string;
            kind: components["schemas"]["TrainingKind"];
            number: string;
            revoked?: components["schemas"]["Revocation"] | null;
            /** Format: int64 */
            valid_from_ms: number;
            /**
             * Format: int64
             * @description The first instant at which it is no longer valid.
             */
            valid_until_ms: number;
        };
        /**
         * @description What somebody was taught.
         * @enum {string}
         */
        TrainingKind: "law" | "confidentiality" | "skills" | "certificate";
        TrainingRequest: {
            by_public_security?: boolean;
            /** @description The certificate, as a document of the registry. */
            document_id?: string | null;
            issuer: string;
            kind: components["schemas"]["TrainingKind"];
            /** @description Of the certificate. */
            number?: string;
            /** Format: int64 */
            valid_from_ms: number;
            /** Format: int64 */
            valid_until_ms: number;
        };
        /**
         * @description How pictures travel from the camera: inside the RTSP connection, or as datagrams.
         * @enum {string}
         */
        Transport: "tcp" | "udp";
        Unit: {
            /** @description Recorded footage is looked at and copied with a second person's word. */
            four_eyes: boolean;
            id: string;
            name: string;
            /** @description Whoever is on no shift looks with a confirmed case or an approval alone, where the unit keeps a roster. */
            off_shift_word: boolean;
            /** @description And by two persons together at the console. */
            together: boolean;
        };
        /** @description What the unit says, to an inspection or on an order; on an order with at least one document. */
        UnitAnswer: {
            /** @description Documents of the unit's register, at most 10. */
            document_ids?: string[];
            /** @description At most 1000 characters. */
            text: string;
        };
        /** @description What the unit may go on doing. */
        UnitKeeps: {
            /** @default false */
            live: boolean;
            /**
             * @description Looking back, stills and copies.
             * @default false
             */
            recorded: boolean;
            /**
             * @description Changing cameras.
             * @default false
             */
            settings: boolean;
        };
        UnitRequest: {
            name: string;
        };
        Verdict: {
            approved: boolean;
            by: components["schemas"]["Signature"];
            text: string;
        };
        /** @description The second person's answer. */
        VerdictRequest: {
            approved: boolean;
            /** @description Needed when it is declined. */
            text?: string;
        };
        /** @enum {string} */
        VerdictWord: "open" | "incomplete" | "may_refuse" | "refuse";
        Vetting: {
            /** Format: int64 */
            at_ms: number;
            by_whom: string;
            document_id?: string | null;
            entry: components["schemas"]["EntryRef"];
            passed: boolean;
            /**
             * Format: int64
             * @description The first instant at which it no longer holds; absent: no end was stated.
             */
            valid_until_ms?: number | null;
        };
        VettingRequest: {
            /** Format: int64 */
            at_ms: number;
            by_whom: string;
            document_id?: string | null;
            passed: boolean;
            /**
             * Format: int64
             * @description The first instant at which it no longer holds, where whoever held it states an end.
             */
            valid_until_ms?: number | null;
        };
        /** @description An admitted viewing session. It belongs to the session that opened it. */
        View: {
            cameras: string[];
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            expires_ms: number;
            /** Format: int64 */
            from_ms?: number | null;
            id: string;
            mark: components["schemas"]["Mark"];
            mode: components["schemas"]["ViewMode"];
            /** Format: int64 */
            to_ms?: number | null;
        };
        /** @enum {string} */
        ViewMode: "live" | "playback";
        ViewRequest: {
            /** @description Camera ids. */
            cameras: string[];
            /** @description Case id. */
            case?: string | null;
            /**
             * @description Playback only: the clip that was handed to whoever asks. Cameras, span, purpose and basis lie within it; case and reason are its
             *     own, and none is named here.
             */
            clip?: string | null;
            /**
             * Format: int64
             * @description Playback only: the span that may be looked at.
             */
            from_ms?: number | null;
            /** @description Layout id, for the entry's text. */
            layout?: string | null;
            legal_basis: components["schemas"]["LegalBasis"];
            mode: components["schemas"]["ViewMode"];
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
            /** Format: int64 */
            to_ms?: number | null;
        };
        /**
         * @description What an authority asks for.
         * @enum {string}
         */
        Wanted: "footage" | "basic_data";
        /** @description From how much on a rule asks in a unit. */
        WatchingLimit: {
            article: string;
            /** Format: int32 */
            least: number;
            measure: components["schemas"]["Bilingual"];
            /** Format: int32 */
            most: number;
            name: components["schemas"]["Bilingual"];
            reason: components["schemas"]["Bilingual"];
            rule: components["schemas"]["WatchingRule"];
            set?: components["schemas"]["WatchingLimitSet"] | null;
            /** Format: int32 */
            usual: number;
            /** Format: int32 */
            value: number;
        };
        WatchingLimitRequest: {
            /** @description At most 500 characters. */
            reason: string;
            rule: components["schemas"]["WatchingRule"];
            unit_id: string;
            /** Format: int32 */
            value: number;
        };
        WatchingLimitSet: {
            /** Format: int64 */
            at_ms: number;
            by: components["schemas"]["Named"];
            entry: components["schemas"]["EntryRef"];
            reason: string;
        };
        WatchingLimits: {
            /** @description The reader may set them. */
            may_change: boolean;
            rules: components["schemas"]["WatchingLimit"][];
            unit: components["schemas"]["Named"];
        };
        /**
         * @description What a question from the access log asks about.
         * @enum {string}
         */
        WatchingRule: "sensitive_without_case" | "same_camera_again" | "unusual_hours" | "many_cameras_taken" | "long_spans_taken" | "export_not_collected" | "basic_data_in_bulk" | "refused_in_a_row" | "sign_ins_failed" | "approver_pair" | "off_duty" | "receipt_missing" | "grant_attempts" | "recorded_without_case" | "one_case_many_cameras" | "one_case_many_days" | "refused_often" | "much_played" | "many_cameras_live";
        /**
         * @description By looking at it here, or by taking a copy.
         * @enum {string}
         */
        Way: "view" | "copy";
        Webhook: {
            answer: string;
            /**
             * Format: int64
             * @description Until then the secret before signs too.
             */
            before_until_ms?: number | null;
            breaches: boolean;
            /** Format: int32 */
            days: number;
            entry: components["schemas"]["EntryRef"];
            /** Format: int64 */
            failing_ms?: number | null;
            /** Format: int32 */
            hour: number;
            id: string;
            /** Format: int64 */
            made_ms: number;
            name: string;
            /** @description Scheme, host and port; the whole address is not shown again. */
            origin: string;
            unit: components["schemas"]["Named"];
        };
        WebhookRequest: {
            breaches: boolean;
            /** Format: int32 */
            days: number;
            /** Format: int32 */
            hour: number;
            name: string;
            unit_id: string;
            /** @description `https://…` */
            url: string;
        };
        /** @description A secret, told this once (Standard Webhooks). */
        WebhookSecret: {
            id: string;
            /** @description `whsec_…` */
            secret: string;
        };
        WhereaboutsRequest: {
            document_id?: string | null;
            /** @description Who has it from then on, or who reports it, at most 200 characters. */
            holder: string;
            note?: string;
            what: components["schemas"]["WhereaboutsWord"];
        };
        /** @enum {string} */
        WhereaboutsWord: "transferred" | "returned" | "destroyed";
        Witness: {
            access: components["schemas"]["WitnessLog"];
            /** @description Its word counts for packages. */
            counts: boolean;
            footage: components["schemas"]["WitnessLog"];
            name: string;
            /** @description It runs on this host and proves nothing against this operator; null until it was reached. */
            same_host?: boolean | null;
            url: string;
            vkey: string;
            /** @description What that means, for people. */
            words: components["schemas"]["Bilingual"];
        };
        /** @description The witness holds a log that ours does not continue. */
        WitnessAlarm: {
            /**
             * Format: int64
             * @description The entry of the access log about it.
             */
            entry: number;
            /** @description `rolled_back`, `other_root` or `not_continued`. */
            problem: string;
            /** Format: int64 */
            since_ms: number;
            /**
             * Format: int64
             * @description Leaves that the witness holds.
             */
            witness_size: number;
            words: components["schemas"]["Bilingual"];
        };
        /** @description One log as one witness knows it. */
        WitnessLog: {
            alarm?: components["schemas"]["WitnessAlarm"] | null;
            /**
             * Format: int64
             * @description What its cosignature states.
             */
            cosigned_ms?: number | null;
            /** @description Why the last attempt came to nothing. */
            error?: string | null;
            /**
             * Format: int64
             * @description Published leaves that it has not cosigned.
             */
            lag_entries: number;
            /**
             * Format: int64
             * @description Since when, at least: from its cosignature to now; null when it is not behind or never cosigned.
             */
            lag_ms?: number | null;
            log: components["schemas"]["LogName"];
            /**
             * Format: int64
             * @description Leaves of the newest checkpoint that it cosigned; null before the first.
             */
            size?: number | null;
            /** Format: int64 */
            tried_ms?: number | null;
        };
        /** @description Entries of the access log up to this one are under a checkpoint that a witness of another party has cosigned. */
        WitnessedThrough: {
            /**
             * Format: int64
             * @description When it cosigned, by its own clock.
             */
            at_ms: number;
            /** @description The witness. */
            by: string;
            /** Format: int64 */
            entry: number;
        };
        /** @description All witnesses and what they are worth together. */
        Witnesses: {
            /** @description What shows that a log was put back, cut or changed, newest first; also of alarms that have ended. */
            evidence: components["schemas"]["ForkEvidence"][];
            /** Format: int64 */
            handover_wait_s?: number | null;
            handover_waits: boolean;
            /** @description A policy file says whose cosignatures a package needs; else any one witness that is not on this host. */
            policy: boolean;
            standing: components["schemas"]["Standing"];
            witnesses: components["schemas"]["Witness"][];
            /** @description What the standing means, for people. */
            words: components["schemas"]["Bilingual"];
        };
        WorkOrder: {
            accepted: boolean;
            body: string;
            camera?: components["schemas"]["Named"] | null;
            contractor?: components["schemas"]["Named"] | null;
            done?: components["schemas"]["RoutineHand"] | null;
            /** Format: int64 */
            due_ms: number;
            evidence?: components["schemas"]["Named"] | null;
            id: string;
            judged?: components["schemas"]["RoutineHand"] | null;
            late: boolean;
            /** @description The reader may accept the repair: it is another's. */
            may_accept: boolean;
            opened: components["schemas"]["RoutineHand"];
            part: components["schemas"]["SystemPart"];
            /** @description The round that opened it. */
            round_id?: string | null;
        };
        WorkOrderRequest: {
            /** @description At most 2000 characters. */
            body: string;
            camera_id?: string | null;
            /** @description A contractor of the unit's register. */
            contractor_id?: string | null;
            /**
             * Format: int64
             * @description Absent: by the unit's own term.
             */
            due_ms?: number | null;
            part: components["schemas"]["SystemPart"];
            unit_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
