using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table for <c>build</c>.</summary>
internal static class BuildKeys
{
    private const string PlainBuild = "the engine's plain build has no such option";

    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported("build", "a directory; URLs are refused", MergeRule.Build),
        Supported("build.context"),
        Supported("build.dockerfile", "within the context"),
        Supported("build.dockerfile_inline"),
        Supported("build.target"),
        Supported("build.args", "", MergeRule.KeyValues),
        Warned("build.cache_from", "the node's own cache is used"),
        Warned("build.cache_to", "the node's own cache is used"),
        Warned("build.no_cache", "the node's own cache is used", quiet: "false"),
        Warned("build.pull", "base images are pulled when they are missing", quiet: "false"),
        Warned("build.labels", "the image carries the Dockerfile's labels"),
        Warned("build.tags", "the image has one tag"),
        Warned("build.platforms", "the image is built for the node it runs on"),
        Warned("build.provenance", "no provenance is recorded"),
        Warned("build.sbom", "no bill of materials is made"),
        Warned("build.shm_size", "the engine's default holds"),
        Warned("build.ulimits", "the engine's defaults hold"),
        Warned("build.isolation", "it is for Windows", quiet: "default"),
        Refused("build.additional_contexts", PlainBuild),
        Refused("build.entitlements", PlainBuild),
        Refused("build.extra_hosts", PlainBuild),
        Refused("build.network", PlainBuild, quiet: "default"),
        Refused("build.privileged", PlainBuild, quiet: "false"),
        Refused("build.secrets", PlainBuild),
        Refused("build.ssh", PlainBuild),
    ];
}
