using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>What a container may do: <c>privileged</c>, <c>cap_add</c>, <c>security_opt</c> and the like.</summary>
internal static class SecuritySection
{
    private const string All = "ALL";

    // capabilities(7), Linux 6.12.
    private static readonly string[] Capabilities =
    [
        "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN",
        "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
        "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST",
        "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT",
        "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME",
        "SYS_TTY_CONFIG", "WAKE_ALARM", All,
    ];

    public static SecuritySpec Read(Field service)
    {
        foreach (Field item in service["security_opt"].Items()) CheckOption(item);
        SortedDictionary<string, string> sysctls = new(StringComparer.Ordinal);
        foreach ((string key, (string? text, Field field)) in service["sysctls"].KeyValues())
        {
            if (text is null) field.Error("must have a value");
            else sysctls[key] = text;
        }
        return new SecuritySpec
        {
            Privileged = service["privileged"].Flag() ?? false,
            ReadOnlyRoot = service["read_only"].Flag() ?? false,
            CapAdd = Caps(service["cap_add"]),
            CapDrop = Caps(service["cap_drop"]),
            GroupAdd = Sorted(service["group_add"].Items().Select(item => item.Word())),
            Sysctls = sysctls,
        };
    }

    private static IReadOnlyList<string> Caps(Field field)
    {
        List<string> caps = [];
        foreach (Field item in field.Items())
        {
            if (item.Word() is not { } written) continue;
            string name = written.ToUpperInvariant();
            if (name.StartsWith("CAP_", StringComparison.Ordinal)) name = name[4..];
            if (Capabilities.Contains(name)) caps.Add(name);
            else item.Error($"'{written}' is no capability", Nearest.Hint(name, Capabilities));
        }
        return Sorted(caps);
    }

    private static void CheckOption(Field item)
    {
        if (item.Word() is not { } option) return;
        string text = option.Replace('=', ':');
        if (text is "no-new-privileges" or "no-new-privileges:true") return;
        if (text == "label" || text.StartsWith("label:", StringComparison.Ordinal))
            item.Warn("has no effect: SELinux labels are the engine's default");
        else
            item.Error(
                $"'{option}' is not supported: containers keep no-new-privileges and the default seccomp " +
                "and AppArmor profiles");
    }

    private static IReadOnlyList<string> Sorted(IEnumerable<string?> words) =>
        [.. words.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
