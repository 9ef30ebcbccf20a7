using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Pages;

/// <summary>One operation: closed a line, open all that is known of it.</summary>
internal sealed class OperationView(Html page, SchemaTree schemas, ApiDescription api)
{
    public void Show(ApiOperation operation)
    {
        page.Add($"""
            <details>
            <summary class="{(operation.IsDeprecated ? "gone" : "")}">
            <span class="verb {operation.Method}">{operation.Method}</span>
            <span class="mono">{operation.Path}</span><span class="soft">{operation.Summary}</span>
            """);
        if (operation.IsDeprecated) page.Add($"<span class=\"pill\">deprecated</span>");
        // Inside, so that a browser that comes for it by a link opens what it is in.
        page.Add(
            $"</summary><div class=\"inside\" id=\"{Anchors.Operation(operation.Method, operation.Path)}\">");
        if (operation.Description.Length > 0) page.Add($"<p class=\"words\">{operation.Description}</p>");
        Facts(operation);
        Parameters(operation);
        if (operation.Body is { } body) Body(body);
        foreach (ApiResponse response in operation.Responses.TakeWhile(_ => !page.IsFull)) Answer(response);
        page.Add($"</div></details>");
    }

    private void Facts(ApiOperation operation)
    {
        if (operation.Id is { } id) page.Add($"<p><span class=\"soft\">operation id</span> <code>{id}</code></p>");
        if ((operation.Security ?? api.Security) is { } security)
            page.Add($"<p><span class=\"soft\">asks callers for</span> {security.Words}</p>");
    }

    private void Parameters(ApiOperation operation)
    {
        if (operation.Parameters.Count == 0) return;
        page.Add($"""
            <h3>Parameters</h3><div class="scroll"><table><tr><th>name</th><th>in</th><th>type</th><th></th></tr>
            """);
        foreach (ApiParameter parameter in operation.Parameters.TakeWhile(_ => !page.IsFull))
        {
            page.Add($"<tr><td><span class=\"mono\">{parameter.Name}</span>");
            if (parameter.IsRequired) page.Add($"<span class=\"must\" title=\"required\">*</span>");
            page.Add($"</td><td>{parameter.In}</td><td>");
            schemas.Use(parameter.Schema);
            page.Add($"""
                </td><td class="wrap
                soft">{parameter.Description}{(parameter.IsDeprecated ? " (deprecated)" : "")}</td></tr>
                """);
        }

        page.Add($"</table></div>");
    }

    private void Body(ApiBody body)
    {
        page.Add($"<h3>Body");
        if (body.IsRequired) page.Add($"<span class=\"must\" title=\"required\">*</span>");
        page.Add($"</h3>");
        if (body.Description.Length > 0) page.Add($"<p class=\"words\">{body.Description}</p>");
        Content(body.Content);
    }

    private void Answer(ApiResponse response)
    {
        page.Add($"<h3>Answer {response.Status}</h3>");
        if (response.Description.Length > 0) page.Add($"<p class=\"words\">{response.Description}</p>");
        foreach (ApiParameter header in response.Headers.TakeWhile(_ => !page.IsFull))
        {
            page.Add($"<p><span class=\"soft\">header</span> <span class=\"mono\">{header.Name}</span> ");
            schemas.Use(header.Schema);
            page.Add($" <span class=\"soft\">{header.Description}</span></p>");
        }

        Content(response.Content);
    }

    /// <summary>Media types that share a schema share its tree.</summary>
    private void Content(SortedDictionary<string, Located?> content)
    {
        foreach (IGrouping<DocNode?, KeyValuePair<string, Located?>> types in content
            .GroupBy(type => type.Value?.Node).TakeWhile(_ => !page.IsFull))
        {
            page.Add($"<p><span class=\"pill\">{string.Join(", ", types.Select(type => type.Key))}</span> ");
            schemas.Use(types.First().Value);
            page.Add($"</p>");
        }
    }
}
