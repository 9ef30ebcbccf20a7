using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table for what is attached to a service: ports, networks, file systems.</summary>
internal static class AttachmentKeys
{
    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported("ports", "host ports bind to loopback unless an address is given", MergeRule.Ports),
        Supported("ports.target"),
        Supported("ports.published"),
        Supported("ports.host_ip"),
        Supported("ports.protocol", "`tcp` or `udp`"),
        Supported("ports.name"),
        Supported("ports.app_protocol", "names the port when it has no name"),
        Warned("ports.mode", "a port is published on the node that runs the allocation", quiet: "host"),
        Supported("expose", "for processes also a port's name", MergeRule.Set),

        Supported("networks", "", MergeRule.Names),
        Supported("networks.*.aliases", "", MergeRule.Set),
        Refused("networks.*.ipv4_address", "the engine chooses the addresses; use the service's name"),
        Refused("networks.*.ipv6_address", "the engine chooses the addresses; use the service's name"),
        Refused("networks.*.link_local_ips", "the engine chooses the addresses"),
        Refused("networks.*.mac_address", "the engine chooses the addresses"),
        Warned("networks.*.interface_name", "the engine names the interfaces"),
        Warned("networks.*.driver_opts", "the network's defaults hold"),
        Warned("networks.*.priority", "networks are attached in the order of their names"),
        Warned("networks.*.gw_priority", "the engine chooses the gateway"),
        Supported("network_mode", "`bridge`, `host`, `none`; others are refused"),
        Refused("mac_address", "the engine chooses the addresses"),
        Supported("links", "a service's name; other names for it need networks.aliases", MergeRule.Set),
        Refused("external_links", "use a shared external network"),
        Supported("extra_hosts", "", MergeRule.Hosts),
        Supported("dns", "", MergeRule.Set),
        Refused("dns_opt", "the resolver's options cannot be set"),
        Refused("dns_search", "the resolver's search list cannot be set; write full names"),

        Supported("volumes", "", MergeRule.ByTarget),
        Supported("volumes.type", "`volume`, `bind`, `tmpfs`; others are refused"),
        Supported("volumes.source"),
        Supported("volumes.target"),
        Supported("volumes.read_only"),
        Warned("volumes.consistency", "it has no meaning on Linux"),
        Supported("volumes.bind"),
        Refused("volumes.bind.propagation", "mounts are private", quiet: "rprivate"),
        Warned(
            "volumes.bind.create_host_path", "missing host directories are made by the engine's rules", quiet: "true"),
        Warned("volumes.bind.recursive", "the engine's default holds", quiet: "enabled"),
        Warned("volumes.bind.selinux", "files are not relabelled"),
        Supported("volumes.volume"),
        Warned("volumes.volume.nocopy", "a new volume is filled from the image", quiet: "false"),
        Refused("volumes.volume.subpath", "a volume is mounted as a whole"),
        Warned("volumes.volume.labels", "volumes carry Flyball's own labels only"),
        Supported("volumes.tmpfs"),
        Supported("volumes.tmpfs.size"),
        Warned("volumes.tmpfs.mode", "the engine's default mode holds"),
        Refused("volumes.image", "images are not mounted"),
        Supported("tmpfs", "the option `size`; others with a warning", MergeRule.Set),

        .. Files("configs"),
        .. Files("secrets"),
    ];

    private static IEnumerable<KeyRule> Files(string kind) =>
    [
        Supported(kind, "a file in the container", MergeRule.ByTarget),
        Supported($"{kind}.source"),
        Supported($"{kind}.target"),
        Supported($"{kind}.mode", "default 0444"),
        Warned($"{kind}.uid", "the file belongs to root", quiet: "0"),
        Warned($"{kind}.gid", "the file belongs to root", quiet: "0"),
    ];
}
