using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table outside services.</summary>
internal static class TopLevelKeys
{
    public static IEnumerable<KeyRule> All =>
    [
        Warned("version", "it has no meaning any more and can be deleted"),
        Supported("name", "the project; `-p` and `COMPOSE_PROJECT_NAME` go before it"),
        Refused("include", "files are combined with several -f"),
        Refused("models", "language models are not run as Compose models; run the server as a service"),
        Supported("services"),

        Supported("networks"),
        Supported("networks.*.name"),
        Supported("networks.*.driver", "`bridge` only; others are refused"),
        Warned("networks.*.driver_opts", "the network is created with the engine's defaults"),
        Warned("networks.*.ipam", "the engine chooses the addresses"),
        Supported("networks.*.external", "a network that exists on the node"),
        Supported("networks.*.external.name"),
        Warned("networks.*.internal", "containers on this network can reach the outside", quiet: "false"),
        Warned("networks.*.enable_ipv4", "the engine's default holds", quiet: "true"),
        Warned("networks.*.enable_ipv6", "the engine's default holds", quiet: "false"),
        Warned("networks.*.attachable", "it has no meaning for bridge networks", quiet: "true"),
        Warned("networks.*.labels", "networks carry Flyball's own labels only"),

        Supported("volumes"),
        Supported("volumes.*.name"),
        Supported("volumes.*.driver", "`local` only; others are refused"),
        Refused(
            "volumes.*.driver_opts",
            "write a bind mount for a directory, tmpfs for memory; other file systems are mounted on the node"),
        Supported("volumes.*.external", "a volume that exists on the node"),
        Supported("volumes.*.external.name"),
        Warned("volumes.*.labels", "volumes carry Flyball's own labels only"),

        .. Contents("configs"),
        Supported("configs.*.content", "variables are expanded in it"),
        .. Contents("secrets"),
        Refused("secrets.*.driver", "there are no secret drivers; use file or environment"),
        Refused("secrets.*.driver_opts", "there are no secret drivers; use file or environment"),
    ];

    private static IEnumerable<KeyRule> Contents(string kind) =>
    [
        Supported(kind),
        Supported($"{kind}.*.file", "read by the command line when the project is applied"),
        Supported($"{kind}.*.environment", "the value of a variable"),
        Warned($"{kind}.*.name", "it goes by its key; there is no store of them to name it in"),
        Refused($"{kind}.*.external", "there is no store of them yet; use file or environment", quiet: "false"),
        Warned($"{kind}.*.labels", "it carries no labels"),
        Refused($"{kind}.*.template_driver", "templates are not expanded"),
    ];
}
