import { Component, onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000; // milliseconds between two looks at the record

/**
 * Shows how far the work in the background is and reloads the form until it is done.
 */
export class ImportProgress extends Component {
    static template = "crm_cards.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.reload(), INTERVAL);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get percentage() {
        return this.props.record.data.job_percentage;
    }

    get stage() {
        return this.props.record.data.job_stage;
    }

    async reload() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("view_widgets").add("crm_cards_import_progress", {
    component: ImportProgress,
    fieldDependencies: [
        { name: "job_percentage", type: "integer" },
        { name: "job_stage", type: "char" },
    ],
});
