using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>volumes</c> in its short and long form, and <c>tmpfs</c>.</summary>
internal static class MountSection
{
    public static IReadOnlyList<MountSpec> Read(ServiceScope scope)
    {
        List<MountSpec> mounts = [];
        foreach (Field item in scope.Field["volumes"].Items())
            if ((item.IsScalar ? ReadShort(scope, item) : ReadLong(scope, item)) is { } mount) mounts.Add(mount);
        foreach (Field item in scope.Field["tmpfs"].ItemsOrOne())
            if (ReadTmpfs(item) is { } mount) mounts.Add(mount);
        return mounts;
    }

    /// <summary>An absolute, normalised path in the container; null with an error for anything else.</summary>
    public static string? Target(Field field, string path)
    {
        if (path.StartsWith('/') && LexicalPath.Resolve("/", path) is { Length: > 1 } target) return target;
        field.Error($"'{path}' must be an absolute path in the container, and not '/'");
        return null;
    }

    private static MountSpec? ReadShort(ServiceScope scope, Field item)
    {
        if (item.Word() is not { } text) return null;
        string[] parts = text.Split(':');
        if (parts.Length > 3)
        {
            item.Error($"'{text}' has too many parts: SOURCE:TARGET:MODE");
            return null;
        }
        if (Target(item, parts.Length == 1 ? parts[0] : parts[1]) is not { } target) return null;
        bool readOnly = parts.Length == 3 && ReadMode(item, parts[2]);
        if (parts.Length == 1) return new MountSpec { Kind = MountKind.Volume, Target = target };
        string source = parts[0];
        if (source.Length == 0)
        {
            item.Error("the source before ':' is empty");
            return null;
        }
        if (source[0] is '.' or '/' or '~') return Bind(scope, item, source, target, readOnly);
        return Volume(scope, item, source, target, readOnly);
    }

    private static bool ReadMode(Field item, string mode)
    {
        bool readOnly = false;
        foreach (string option in mode.Split(','))
        {
            if (option is "ro") readOnly = true;
            else if (option is "z" or "Z") item.Warn($"'{option}' has no effect: files are not relabelled");
            else if (option is "cached" or "delegated" or "consistent")
                item.Warn($"'{option}' has no effect: it has no meaning on Linux");
            else if (option is "nocopy") item.Warn("'nocopy' has no effect: a new volume is filled from the image");
            else if (option is not ("rw" or "rprivate"))
                item.Error($"the mount option '{option}' is not supported", Nearest.Hint(option, ["ro", "rw"]));
        }
        return readOnly;
    }

    private static MountSpec? ReadLong(ServiceScope scope, Field item)
    {
        string? type = item["type"].OneOf("volume", "bind", "tmpfs");
        if (type is null && !item["type"].Exists) item.Error("a mount needs a type", "type: volume, bind or tmpfs");
        string? written = item["target"].Word();
        if (written is null && !item["target"].Exists) item.Error("a mount needs a target");
        if (type is null || written is null || Target(item["target"], written) is not { } target) return null;
        bool readOnly = item["read_only"].Flag() ?? false;
        string? source = item["source"].Word();
        if (type == "tmpfs")
        {
            long? size = item["tmpfs"]["size"].Bytes();
            return new MountSpec { Kind = MountKind.Tmpfs, Target = target, ReadOnly = readOnly, SizeBytes = size };
        }
        if (type == "bind")
        {
            if (source is not null) return Bind(scope, item["source"], source, target, readOnly);
            item.Error("a bind mount needs a source");
            return null;
        }
        return source is null
            ? new MountSpec { Kind = MountKind.Volume, Target = target, ReadOnly = readOnly }
            : Volume(scope, item["source"], source, target, readOnly);
    }

    private static MountSpec Bind(ServiceScope scope, Field field, string source, string target, bool readOnly) => new()
    {
        Kind = MountKind.Bind,
        Source = scope.Compilation.Resolve(field.Mark, source),
        Target = target,
        ReadOnly = readOnly,
    };

    private static MountSpec? Volume(ServiceScope scope, Field field, string source, string target, bool readOnly)
    {
        if (source.Contains('/', StringComparison.Ordinal))
        {
            field.Error($"'{source}' is no volume's name", $"for a directory write './{source}'");
            return null;
        }
        return scope.Definitions.Volume(field, source) is { } volume
            ? new MountSpec { Kind = MountKind.Volume, Source = volume.FullName, Target = target, ReadOnly = readOnly }
            : null;
    }

    private static MountSpec? ReadTmpfs(Field item)
    {
        if (item.Word() is not { } text) return null;
        string[] parts = text.Split(':', 2);
        if (Target(item, parts[0]) is not { } target) return null;
        long? size = null;
        foreach (string option in parts.Length == 1 ? [] : parts[1].Split(','))
        {
            if (!option.StartsWith("size=", StringComparison.Ordinal))
                item.Warn($"the tmpfs option '{option}' has no effect: only size is set");
            else if (ByteSize.TryParse(option.AsSpan(5), out long bytes)) size = bytes;
            else item.Error($"'{option}' is no size such as size=64m");
        }
        return new MountSpec { Kind = MountKind.Tmpfs, Target = target, SizeBytes = size };
    }
}
