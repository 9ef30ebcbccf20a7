using System.Net.Http.Headers;
using Flyball.Contracts.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Header changes made ready: first what goes, then what is set, then what is added.</summary>
internal sealed class HeaderRewrite(HeaderChanges changes)
{
    private readonly string[] removed =
        [.. (changes.Remove ?? []).Concat((changes.Set ?? []).Select(header => header.Name))
            .Where(name => !HeaderRules.IsReserved(name))];

    private readonly HeaderValue[] added =
        [.. (changes.Set ?? []).Concat(changes.Add ?? []).Where(HeaderRules.MayWrite)];

    public static HeaderRewrite? Of(HeaderChanges? changes) => changes is null ? null : new HeaderRewrite(changes);

    public void Apply(HttpRequestMessage request)
    {
        foreach (string name in Mimics(request)) request.Headers.Remove(name);
        foreach (string name in removed)
        {
            request.Headers.Remove(name);
            if (request.Content is { } content && content.Headers.NonValidated.Contains(name))
                content.Headers.Remove(name);
        }

        foreach (HeaderValue header in added)
        {
            if (request.Headers.TryAddWithoutValidation(header.Name, header.Value)) continue;
            HttpContentHeaders? content = request.Content?.Headers;
            content?.TryAddWithoutValidation(header.Name, header.Value);
        }
    }

    /// <summary>
    /// Headers that a back end may take for those that go, since some read an underscore as a hyphen.
    /// </summary>
    private string[] Mimics(HttpRequestMessage request) =>
        [.. request.Headers.NonValidated.Select(header => header.Key).Where(name =>
            name.Contains('_', StringComparison.Ordinal)
            && removed.Contains(name.Replace('_', '-'), StringComparer.OrdinalIgnoreCase))];

    public void Apply(IHeaderDictionary headers)
    {
        foreach (string name in removed) headers.Remove(name);
        foreach (HeaderValue header in added)
            headers[header.Name] = StringValues.Concat(headers[header.Name], header.Value);
    }
}
