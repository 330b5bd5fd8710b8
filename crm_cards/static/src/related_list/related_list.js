import { Component, markup, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { FileInput } from "@web/core/file_input/file_input";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { exprToBoolean } from "@web/core/utils/strings";
import { View } from "@web/views/view";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useRecordsChanged } from "../records_changed/records_changed";

/**
 * A list of other records inside a form, loaded when its tab is opened.
 *
 * Unlike a one2many it costs nothing while nobody looks, pages and sorts as any
 * list does, and shows what the user's own rights show. The domain of the
 * arch may use `active_id`, the record of the form.
 */
export class RelatedList extends Component {
    static template = "crm_cards.RelatedList";
    static components = { FileInput, View };
    static props = {
        ...standardWidgetProps,
        resModel: String,
        domain: String,
        listView: { type: String, optional: true },
        title: { type: String, optional: true },
        withArchived: { type: Boolean, optional: true },
        allMethod: { type: String, optional: true },
        newMethod: { type: String, optional: true },
        newLabel: { type: String, optional: true },
        withCount: { type: Boolean, optional: true },
        withUpload: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ version: 0, count: null });
        this.notifyChanged = useRecordsChanged(this.props.resModel, () => this.loadCount());
        onWillStart(() => this.loadCount());
        onWillUpdateProps((nextProps) => {
            if (nextProps.record.resId !== this.countedId) {
                return this.loadCount(nextProps);
            }
        });
    }

    async loadCount({ record, resModel, domain, withArchived, withCount } = this.props) {
        this.countedId = record.resId;
        if (withCount && record.resId) {
            const context = withArchived ? { active_test: false } : {};
            this.state.count = await this.orm.searchCount(
                resModel,
                new Domain(domain).toList({ active_id: record.resId }),
                { context }
            );
        }
    }

    get resId() {
        return this.props.record.resId;
    }

    get viewKey() {
        return `${this.resId},${this.state.version}`;
    }

    get viewProps() {
        const context = {};
        if (this.props.listView) {
            context.list_view_ref = this.props.listView;
        }
        if (this.props.withArchived) {
            context.active_test = false;
        }
        const { card_activity_id: activityId } = this.props.record.context;
        if (activityId) {
            context.card_activity_id = activityId;
        }
        return {
            type: "list",
            resModel: this.props.resModel,
            views: [[false, "list"]],
            context,
            domain: new Domain(this.props.domain).toList({ active_id: this.resId }),
            display: { controlPanel: false, searchPanel: false },
            allowSelectors: false,
            noContentHelp: markup(`<p></p>`),
            selectRecord: (resId) => this.open(resId),
        };
    }

    open(resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: this.props.resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    async runMethod(name) {
        await this.action.doActionButton({
            type: "object",
            name,
            resModel: this.props.record.resModel,
            resId: this.resId,
            resIds: [this.resId],
            context: this.props.record.context,
            onClose: () => this.reload(),
        });
    }

    async onUploaded() {
        this.reload();
        // The counters of the form follow, unless that would lose what is being typed.
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    reload() {
        this.state.version++;
        this.notifyChanged();
        return this.loadCount();
    }
}

registry.category("view_widgets").add("crm_cards_related_list", {
    component: RelatedList,
    extractProps: ({ attrs }) => ({
        resModel: attrs.model,
        domain: attrs.domain,
        listView: attrs.list_view,
        title: attrs.string,
        withArchived: exprToBoolean(attrs.with_archived),
        allMethod: attrs.all_method,
        newMethod: attrs.new_method,
        newLabel: attrs["add-label"],
        withCount: exprToBoolean(attrs.with_count),
        withUpload: exprToBoolean(attrs.with_upload),
    }),
});
