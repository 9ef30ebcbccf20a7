using System.Security.Cryptography;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Blobs;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>x-api</c>: where the service's OpenAPI document is.</summary>
internal static class ApiSection
{
    public const string Root = "x-api";

    private const int PathLengthMax = 1_024;

    public static ComposeApi? Read(ServiceScope scope, PortList ports)
    {
        Field field = scope.Field[Root];
        if (!field.Exists) return null;
        string? file = field["openapi"].Word();
        string? path = field["path"].Word();
        if (file is null == path is null)
        {
            if (!field["openapi"].Exists || !field["path"].Exists || file is not null)
                field.Error("takes one of openapi, a file, and path, where the service itself serves it");
            return null;
        }

        string workload = WorkloadName.Of(scope.Project, scope.Name);
        return file is not null ? Given(scope, field, workload, file) : Fetched(scope, field, ports, workload, path!);
    }

    private static ComposeApi? Given(ServiceScope scope, Field field, string workload, string file)
    {
        if (field["port"].Exists) field["port"].Error("has no meaning beside a file");
        string path = scope.Compilation.Resolve(field["openapi"].Mark, file);
        byte[]? content = scope.Compilation.FindBytes(
            field["openapi"], path, ComposeNeedKind.Api, required: true, ComposeLimits.ApiBytesMax);
        if (content is null || !scope.Compilation.TryAttach(field["openapi"], content.Length)) return null;
        string name = scope.Compilation.Shorten(path);
        return new ComposeApi(
            new ApiSource
            {
                Workload = workload,
                File = name,
                Digest = BlobDigest.Prefix + Convert.ToHexStringLower(SHA256.HashData(content)),
            },
            name, content);
    }

    private static ComposeApi? Fetched(
        ServiceScope scope, Field field, PortList ports, string workload, string path)
    {
        bool isPath = path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal)
            && path.Length <= PathLengthMax && path.All(letter => letter is > ' ' and < '\x7f' and not '#');
        if (!isPath)
        {
            field["path"].Error($"'{path}' is no path such as /openapi.json");
            return null;
        }

        Field port = field["port"];
        string? name = ports.Resolve(port.Exists ? port : field, port.Word(), scope.IsProcess);
        return name is null ? null : new ComposeApi(
            new ApiSource { Workload = workload, Path = path, Port = name }, null, null);
    }
}
