using System.Text;
using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Tests;

/// <summary>Small documents, and what becomes of them.</summary>
internal static class Documents
{
    /// <summary>OpenAPI 3.1 around paths and named schemas, each written below its key.</summary>
    public static string Yaml(string paths, string schemas = "", string version = "3.1.0", string more = "") => $$"""
        openapi: {{version}}
        info: { title: Orders, version: "1" }
        {{more}}
        paths:
        {{Indent(paths, 2)}}
        components:
          schemas:
        {{Indent(schemas, 4)}}
        """;

    /// <summary>One operation with a body of this schema, and an answer of that one, both in flow style.</summary>
    public static string Exchange(string request, string answer, string schemas = "") => Yaml($$"""
        /orders:
          post:
            requestBody: { content: { application/json: { schema: {{request}} } } }
            responses: { "200": { description: ok, content: { application/json: { schema: {{answer}} } } } }
        """, schemas);

    public static ApiDescription Read(string text)
    {
        (ApiDescription? api, IReadOnlyList<ApiFault> faults) = ApiReading.Read(Encoding.UTF8.GetBytes(text));
        Assert.True(api is not null, string.Join("; ", faults));
        return api;
    }

    public static string[] FaultsOf(string text) =>
        [.. ApiReading.Read(Encoding.UTF8.GetBytes(text)).Faults.Select(fault => fault.ToString())];

    public static ApiComparison Compare(string before, string after) =>
        ApiComparer.Compare(Read(before), Read(after));

    /// <summary>The changes as lines: severity, code and pointer.</summary>
    public static string[] Changes(string before, string after) =>
    [
        .. Compare(before, after).Changes.Select(change =>
            $"{change.Severity.ToString().ToLowerInvariant()} {change.Code} "
            + $"{(change.IsInOld ? "old" : "new")}#{change.Pointer}"),
    ];

    public static string File(string name) => System.IO.File.ReadAllText(PathOf(name));

    public static string PathOf(string name) => Path.Combine(Folder(), "Files", name);

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetDirectoryName(here)!;

    private static string Indent(string text, int by) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));
}
