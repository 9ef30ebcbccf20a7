using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table for <c>deploy</c> and the older keys that limit resources.</summary>
internal static class DeployKeys
{
    private const string UseCpus = "write cpus for a limit";

    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported("deploy"),
        Supported("deploy.mode", "`replicated`; others are refused"),
        Supported("deploy.replicas", "0 to 10,000"),
        Supported("deploy.labels", "added to the container's labels", MergeRule.KeyValues),
        Warned("deploy.endpoint_mode", "callers get the addresses of all replicas", quiet: "dnsrr"),
        Supported("deploy.resources"),
        Supported("deploy.resources.limits"),
        Supported("deploy.resources.limits.cpus"),
        Supported("deploy.resources.limits.memory"),
        Supported("deploy.resources.limits.pids"),
        Supported("deploy.resources.reservations"),
        Supported("deploy.resources.reservations.cpus"),
        Supported("deploy.resources.reservations.memory"),
        Refused("deploy.resources.reservations.generic_resources", "nodes offer CPU and memory only"),
        Refused("deploy.resources.reservations.devices", "devices are not passed to containers"),
        Supported("deploy.restart_policy", "goes before restart"),
        Supported("deploy.restart_policy.condition"),
        Supported("deploy.restart_policy.delay", "default 1 s; doubles up to 1 min"),
        Supported("deploy.restart_policy.max_attempts"),
        Supported("deploy.restart_policy.window", "default 30 s"),
        Supported("deploy.placement"),
        Supported(
            "deploy.placement.constraints",
            "`node.id`, `node.hostname`, `node.platform.os`, `node.platform.arch`, `node.labels.*`", MergeRule.Set),
        Warned("deploy.placement.preferences", "replicas are spread over nodes anyway"),
        Refused("deploy.placement.max_replicas_per_node", "replicas are spread without a bound per node"),
        Supported("deploy.update_config"),
        Supported("deploy.update_config.parallelism", "default 1; 0 is all"),
        Supported("deploy.update_config.delay"),
        Supported("deploy.update_config.failure_action", "default `rollback`"),
        Supported("deploy.update_config.monitor", "default 5 s"),
        Supported("deploy.update_config.max_failure_ratio"),
        Supported(
            "deploy.update_config.order", "default `start-first`; `stop-first` with host ports or writable volumes"),
        Warned("deploy.rollback_config", "a rollback goes by update_config", judged: true),
        Supported("deploy.rollback_config.parallelism"),
        Supported("deploy.rollback_config.delay"),
        Supported("deploy.rollback_config.failure_action"),
        Supported("deploy.rollback_config.monitor"),
        Supported("deploy.rollback_config.max_failure_ratio"),
        Supported("deploy.rollback_config.order"),

        Supported("cpus"),
        Supported("mem_limit"),
        Supported("mem_reservation"),
        Supported("pids_limit"),
        Supported("shm_size"),
        Supported("ulimits"),
        Supported("ulimits.*.soft"),
        Supported("ulimits.*.hard"),
        Warned("blkio_config", "block I/O is not weighed"),
        Warned("cpu_shares", "CPU is shared evenly below the limits"),
        Warned("cpuset", "allocations are not pinned to cores"),
        Warned("mem_swappiness", "the node's setting holds"),
        Warned("memswap_limit", "swap is the engine's default for the memory limit"),
        Warned("oom_kill_disable", "the kernel may kill an allocation at its memory limit", quiet: "false"),
        Warned("oom_score_adj", "the kernel's default score holds"),
        Refused("cpu_count", "it is for Windows; " + UseCpus),
        Refused("cpu_percent", "it is for Windows; " + UseCpus),
        Refused("cpu_period", UseCpus),
        Refused("cpu_quota", UseCpus),
        Refused("cpu_rt_period", "real-time scheduling is not offered"),
        Refused("cpu_rt_runtime", "real-time scheduling is not offered"),
    ];
}
