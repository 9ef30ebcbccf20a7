using System.Buffers;
using System.Globalization;
using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>Hosts, paths, headers and percentages as routes write them.</summary>
internal static class RouteText
{
    public const int ValueLengthMax = 1_024;

    /// <summary>What may not stand in a request as it is; braces are for templates.</summary>
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("?#* \\\"<>%");

    private const int HostLengthMax = 253;
    private const int PathLengthMax = 1_024;
    private const int HeadersMax = 32;

    /// <summary>A host that a request may name; <c>*.</c> in front stands for what is below.</summary>
    public static string? Host(Field field) => Host(field, mayBeWild: true);

    /// <summary>One host, without a wildcard.</summary>
    public static string? OneHost(Field field) => Host(field, mayBeWild: false);

    /// <summary>A path that begins with a slash; <paramref name="what"/> names it in the error.</summary>
    public static string? Path(Field field, string what)
    {
        if (field.Word() is not { } path) return null;
        // The asterisk of a template's last name is the only one.
        string plain = path.Replace("{*", "{", StringComparison.Ordinal);
        bool good = path.StartsWith('/') && path.Length <= PathLengthMax && !plain.AsSpan().ContainsAny(NotInPaths);
        if (good && !HasControl(path)) return path;
        field.Error($"'{path}' is no {what}", "for example /api");
        return null;
    }

    /// <summary>Headers to write, by name.</summary>
    public static List<HeaderValue>? Headers(Field field)
    {
        if (!field.Exists) return null;
        List<HeaderValue> headers = [];
        foreach ((string name, Field value) in field.Entries())
        {
            if (!IsWritable(value, name) || value.Text() is not { } text) continue;
            if (!HeaderRules.IsValue(text) || text.Length > ValueLengthMax)
                value.Error("must be printable ASCII without spaces around it", "at most 1024 characters");
            else headers.Add(new HeaderValue { Name = name, Value = text });
        }

        if (headers.Count > HeadersMax) field.Error($"may name {HeadersMax} headers at most");
        return headers.Count == 0 ? null : headers;
    }

    /// <summary>One word or a list of them; empty for none.</summary>
    public static List<string> Words(Field field) =>
        [.. field.ItemsOrOne().Select(item => item.Word()).OfType<string>()];

    /// <summary>An error unless a route may write the header.</summary>
    public static bool IsWritable(Field field, string name)
    {
        if (!HeaderRules.IsName(name)) field.Error($"'{name}' is no header's name");
        else if (HeaderRules.IsReserved(name)) field.Error($"'{name}' is the gateway's own to write");
        else return true;
        return false;
    }

    /// <summary>From 0 to 100, a percent sign allowed; null when it is not there.</summary>
    public static double? Percent(Field field)
    {
        if (field.Word() is not { } text) return null;
        bool isNumber = double.TryParse(
            text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent);
        if (isNumber && percent is >= 0 and <= 100) return percent;
        field.Error($"'{text}' is no percentage from 0 to 100");
        return null;
    }

    private static string? Host(Field field, bool mayBeWild)
    {
        if (field.Word() is not { } written) return null;
        string host = written.ToLowerInvariant().TrimEnd('.');
        bool isWild = mayBeWild && host.StartsWith("*.", StringComparison.Ordinal);
        bool good = host.Length <= HostLengthMax && (isWild ? host[2..] : host).Split('.').All(IsLabel);
        if (!good)
        {
            field.Error($"'{written}' is no host name", mayBeWild
                ? "shop.example.com or *.example.com, without scheme and port"
                : "shop.example.com, without scheme and port");
        }

        return good ? host : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= ComposeLimits.NameLengthMax && label[0] != '-' && label[^1] != '-' &&
        label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool HasControl(string text) => text.Any(char.IsControl);
}
