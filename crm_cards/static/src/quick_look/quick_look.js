import { Component, onWillStart, onWillUpdateProps, useExternalListener, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/**
 * Everything about one customer beside the list, in one server call.
 *
 * What the user may not see is absent from the answer, not hidden here.
 */
export class QuickLook extends Component {
    static template = "crm_cards.QuickLook";
    static props = {
        resId: Number,
        close: Function,
        edit: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ customer: null });
        useAutofocus({ refName: "close" });
        onWillStart(() => this.load(this.props.resId));
        onWillUpdateProps((nextProps) => {
            if (nextProps.resId !== this.props.resId) {
                return this.load(nextProps.resId);
            }
        });
        useExternalListener(window, "keydown", this.onKeydown);
    }

    async load(resId) {
        const call = this.orm.call("res.partner", "get_quick_look", [[resId]]);
        this.state.customer = await this.keepLast.add(call);
    }

    onKeydown(ev) {
        // An open dialog or menu above the panel takes Escape for itself.
        if (ev.key === "Escape" && !ev.defaultPrevented && !this.hasOverlay) {
            this.props.close();
        }
    }

    get hasOverlay() {
        return Boolean(document.querySelector(".o-overlay-container .modal, .o-overlay-container .o_popover"));
    }

    formatDate(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    formatAmount(amount, currencyId) {
        return formatCurrency(amount, currencyId);
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}
