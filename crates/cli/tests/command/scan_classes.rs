//! What the tools of the three mocks are taken for: every one of Forage, Toofi and BorealHost.
//!
//! Some are weaker here than whoever knows these servers would say, because neither a word of the name nor the verb of the
//! description tells: `scale` and `create_b2_snapshot` cost money, which a signal says, and `database_search_replace` is hard to
//! undo.

use std::collections::BTreeMap;

use crate::support::run;

const FORAGE: [(&str, &str); 5] = [
    ("financial", "complete_purchase"),
    ("destructive", ""),
    ("execute", "start_checkout"),
    ("write", "update_checkout_info"),
    ("read", "search_products compare_prices find_deals check_order"),
];

const TOOFI: [(&str, &str); 5] = [
    ("financial", ""),
    ("destructive", ""),
    (
        "execute",
        "\
         generate_treatment_plan_draft generate_dental_treatment_plan_pdf start_pano_markup \
         generate_patient_presentation generate_price_estimate",
    ),
    ("write", "import_price_csv create_agent_checkout_session claim_agent_checkout_key"),
    (
        "read",
        "\
         discover_capabilities lookup_dental_procedures get_dental_plan_operation_status preview_plan_draft_schema \
         list_demo_patients get_demo_patient list_demo_plans get_demo_plan get_demo_presentation get_example_result \
         example_en example_ru example_uk example_pl example_sk example_ua list_patients get_patient list_plans \
         get_plan get_status get_agent_credit_balance get_agent_billing_quote list_audit_receipts",
    ),
];

const BOREALHOST: [(&str, &str); 5] = [
    ("financial", "complete_checkout register_domain"),
    (
        "destructive",
        "\
         manage_dns delete_snapshot rollback_snapshot restore_backup decommission delete_account rotate_key \
         revoke_api_key delete_file delete_cron remove_ftp_account delete_alert_rule remove_firewall_rule \
         delete_domain_dns",
    ),
    (
        "execute",
        "\
         deploy install_app manage_plugin manage_theme add_cron cache_flush optimize_database execute_query \
         cloudflare_purge_cache run_malware_scan",
    ),
    (
        "write",
        "\
         register set_api_key request_api_key claim_api_key create_checkout update_checkout create_snapshot \
         create_b2_snapshot schedule_snapshot cancel_scheduled_snapshot create_backup scale update_account \
         create_api_key add_ssh_key write_file upload_file create_directory wp_update_all ssl_renew switch_php \
         cache_toggle database_search_replace cloudflare_set_proxy create_ftp_account create_alert_rule \
         add_firewall_rule link_domain domain_settings add_domain_dns toggle_module",
    ),
    (
        "read",
        "\
         whoami list_plans get_checkout_status get_site_status get_app_status list_apps list_snapshots \
         get_snapshot_usage list_backups get_metrics list_subscriptions get_billing_portal list_api_keys get_ssh_info \
         list_files read_file list_plugins list_themes wp_check_updates list_cron ssl_info list_php_versions \
         cache_status get_database_info list_databases list_tables get_stack_info get_resource_snapshot \
         cloudflare_proxy_status list_ftp_accounts list_alert_rules list_firewall_rules get_logs list_domains \
         search_domain domain_detail list_domain_dns list_modules",
    ),
];

#[test]
fn the_tools_of_the_mocks_are_taken_for_what_they_are() {
    for (mock, expected) in [("forage", FORAGE), ("toofi", TOOFI), ("borealhost", BOREALHOST)] {
        let report: serde_json::Value = serde_json::from_str(&run(&["scan", mock, "--format", "json"], 0).out).unwrap();
        let mut found = BTreeMap::<&str, Vec<&str>>::new();
        for tool in report["tools"].as_array().unwrap() {
            found.entry(tool["category"].as_str().unwrap()).or_default().push(tool["name"].as_str().unwrap());
        }
        for (category, names) in expected {
            let found = found.remove(category).unwrap_or_default();
            assert_eq!(found, names.split_whitespace().collect::<Vec<_>>(), "{mock}: {category}");
        }
    }
}
