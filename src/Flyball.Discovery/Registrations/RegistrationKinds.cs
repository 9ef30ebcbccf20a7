using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Flyball.Base.Resources;
using Flyball.Contracts.Discovery;

namespace Flyball.Discovery.Registrations;

/// <summary>The kinds that outside clients write through this module's doors, and how their rows are named.</summary>
internal static class RegistrationKinds
{
    /// <summary>Begins the names that are digests.</summary>
    public const char DigestMark = '#';

    /// <summary>The check that every node has.</summary>
    public const string NodeAlive = "serfHealth";

    /// <summary>Writer: <see cref="Registrar"/>.</summary>
    public static readonly ResourceKind<ServiceRegistration> Service = new(
        "service-registration", RegistrationJson.Default.ServiceRegistration);

    /// <summary>Writer: <see cref="Registrar"/>.</summary>
    public static readonly ResourceKind<NodeRegistration> Node = new(
        "node-registration", RegistrationJson.Default.NodeRegistration);

    /// <summary>Writer: <see cref="KvStore"/>.</summary>
    public static readonly ResourceKind<KvEntry> Kv = new("kv", RegistrationJson.Default.KvEntry);

    /// <summary>Writer: <see cref="SessionStore"/>.</summary>
    public static readonly ResourceKind<LockSession> Session = new("session", RegistrationJson.Default.LockSession);

    public static string ServiceName(string node, string id) => NameOf($"{node}/{id}");

    /// <summary>The endpoint's name in the catalogue; never an allocation's, whose names have no colon.</summary>
    public static string EndpointName(string node, string id)
    {
        string name = NameOf($"{Endpoint.RegisteredPrefix}{node}/{id}");
        return name[0] == DigestMark ? Endpoint.RegisteredPrefix + name : name;
    }

    /// <summary>
    /// The row's name: the text itself, or a digest of it where a row's name may not be as long or could be taken for
    /// a digest.
    /// </summary>
    public static string NameOf(string text)
    {
        if (text.Length is > 0 and <= ResourceKey.PartLengthMax && text[0] != DigestMark) return text;
        return DigestMark + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>How registrations look in the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ServiceRegistration))]
[JsonSerializable(typeof(NodeRegistration))]
[JsonSerializable(typeof(KvEntry))]
[JsonSerializable(typeof(LockSession))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
