import { Composer } from "@mail/core/common/composer";
import { useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { isHtmlEmpty } from "@web/core/utils/html";
import { patch } from "@web/core/utils/patch";

/** Tells that an answer to a ticket is being written, and warns of other writers. */
patch(Composer.prototype, {
    setup() {
        super.setup();
        this.ticketPresence = useState(useService("crm_cards_ticket_presence"));
        useEffect(
            (ticketId, isWriting) => {
                if (ticketId) {
                    this.ticketPresence.setWriting(ticketId, isWriting);
                    return () => this.ticketPresence.setWriting(ticketId, false);
                }
            },
            () => [this.ticketId, this.isWritingAnswer]
        );
    },

    /** The ticket that is answered here; false for anything else. */
    get ticketId() {
        const { model, id } = this.props.composer.message ? {} : this.thread || {};
        return model === "crm.cards.ticket" && id;
    },

    get isWritingAnswer() {
        return this.state.isFullComposerOpen || !isHtmlEmpty(this.props.composer.composerHtml);
    },

    get ticketWriters() {
        if (!this.ticketId || this.ticketPresence.ticketId !== this.ticketId) {
            return [];
        }
        return this.ticketPresence.people.filter(({ state }) => state === "writing");
    },

    get ticketWritersText() {
        const names = this.ticketWriters.map(({ name }) => name);
        return names.length > 1
            ? _t("%s are writing, too. Agree who answers.", names.join(", "))
            : _t("%s is writing, too. Agree who answers.", names[0]);
    },
});
