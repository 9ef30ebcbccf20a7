using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table directly below a service: what runs and how it behaves.</summary>
internal static class ServiceKeys
{
    private const string OwnNamespaces = "containers get their own namespaces";

    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported("image"),
        Supported("command", "a string is split like shell words", MergeRule.Replace),
        Supported("entrypoint", "a string is split like shell words", MergeRule.Replace),
        Supported("environment", "a name without a value is taken from the caller's environment", MergeRule.KeyValues),
        Supported("env_file", "", MergeRule.Set),
        Supported("env_file.path"),
        Supported("env_file.required"),
        Supported("env_file.format", "`raw`"),
        Supported("working_dir"),
        Supported("user"),
        Supported("hostname"),
        Supported("labels", "", MergeRule.KeyValues),
        Supported("init"),
        Supported("tty"),
        Supported("stdin_open"),
        Supported("read_only"),
        Supported("privileged"),
        Supported("cap_add", "", MergeRule.Set),
        Supported("cap_drop", "", MergeRule.Set),
        Supported("group_add", "", MergeRule.Set),
        Supported(
            "security_opt", "`no-new-privileges` (always on); `label` with a warning; others are refused",
            MergeRule.Set),
        Supported("sysctls", "", MergeRule.KeyValues),
        Supported("stop_signal"),
        Supported("stop_grace_period"),
        Supported(
            "restart", "not given: on every exit for a service with ports, a route or a health check; else on failure"),
        Supported("pull_policy", "`missing`, `if_not_present`, `always`, `never`, `build`"),
        Supported("profiles", "", MergeRule.Set),
        Supported("platform", "the service is placed on nodes of this platform"),
        Supported("depends_on", "", MergeRule.Names),
        Supported("depends_on.*.condition"),
        Supported("depends_on.*.required"),
        Warned("depends_on.*.restart", "the service is not restarted with the one it depends on", quiet: "false"),
        Supported("extends"),
        Supported("extends.service"),
        Supported("extends.file"),
        Supported("scale"),
        Supported("healthcheck"),
        Supported("healthcheck.test", "`CMD`, `CMD-SHELL`, `NONE`, and Flyball's `HTTP` and `TCP`", MergeRule.Replace),
        Supported("healthcheck.interval", "default 10 s"),
        Supported("healthcheck.timeout", "default 3 s"),
        Supported("healthcheck.retries", "default 3"),
        Supported("healthcheck.start_period"),
        Supported("healthcheck.start_interval", "default 100 ms"),
        Supported("healthcheck.disable"),

        Supported("x-driver", "`docker` (default) or `process`"),
        Refused("x-schedule", "scheduled workloads are not built yet"),
        Refused("x-gang", "gang workloads are not built yet"),

        Warned("container_name", "containers are named by their allocation; the service's name is their network alias"),
        Warned("logging", "Flyball keeps the logs itself"),
        Warned("attach", "apply does not attach to any service", quiet: "true"),
        Warned("annotations", "containers carry labels only"),
        Warned("develop", "files are not watched"),
        Warned("domainname", "the domain name is not set"),
        Warned("pull_refresh_after", "the image is pulled as pull_policy says"),
        Warned("storage_opt", "the engine's default storage holds"),

        Refused("cgroup", OwnNamespaces, quiet: "private"),
        Refused("cgroup_parent", "allocations have control groups of their own"),
        Refused("credential_spec", "it is for Windows"),
        Refused("device_cgroup_rules", "devices are not passed to containers"),
        Refused("devices", "devices are not passed to containers"),
        Refused("gpus", "devices are not passed to containers"),
        Refused("ipc", OwnNamespaces, quiet: "private"),
        Refused("isolation", "it is for Windows", quiet: "default"),
        Refused("label_file", "write the labels under labels"),
        Refused("models", "language models are not run as Compose models; run the server as a service"),
        Refused("pid", OwnNamespaces),
        Refused("post_start", "hooks are not run"),
        Refused("pre_stop", "hooks are not run; handle stop_signal"),
        Refused("provider", "providers are not called"),
        Refused("runtime", "the engine's default runtime is used", quiet: "runc"),
        Refused("use_api_socket", "the engine's socket is not handed to services"),
        Refused("userns_mode", OwnNamespaces),
        Refused("uts", OwnNamespaces),
        Refused("volumes_from", "name the volumes under volumes"),
    ];
}
