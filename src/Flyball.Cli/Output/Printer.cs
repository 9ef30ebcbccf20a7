using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Flyball.Cli.Output;

/// <summary>
/// Writes answers: tables for people, the server's JSON for programs. Tables shrink to plain columns when the output is
/// not a terminal, so that <c>grep</c> and <c>awk</c> see one row a line.
/// </summary>
internal sealed class Printer(bool asJson)
{
    public bool AsJson => asJson;

    public static void Json(JsonElement element)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            element.WriteTo(writer);
        Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>JSON as it came, or a table with a row for each of <paramref name="rows"/>.</summary>
    public void Table(JsonElement answer, string[] headers, IEnumerable<string[]> rows, string whenEmpty)
    {
        if (asJson)
        {
            Json(answer);
            return;
        }

        string[][] all = [.. rows];
        if (all.Length == 0)
        {
            Console.Out.WriteLine(whenEmpty);
            return;
        }

        // A table that does not fit would break inside words: columns without frames need less room and wrap whole
        // lines.
        if (Console.IsOutputRedirected || FramedWidth(headers, all) > AnsiConsole.Profile.Width) Plain(headers, all);
        else AnsiConsole.Write(Build(headers, all));
    }

    public static Table Build(string[] headers, IEnumerable<string[]> rows)
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string header in headers) table.AddColumn(new TableColumn($"[grey]{header}[/]").NoWrap());
        foreach (string[] row in rows) table.AddRow([.. row.Select(Paint)]);
        return table;
    }

    /// <summary>Each cell has a blank on both sides and a line to its left; one more line closes the row.</summary>
    private static int FramedWidth(string[] headers, string[][] rows) =>
        Widths(headers, rows).Sum(width => width + 3) + 1;

    private static int[] Widths(string[] headers, string[][] rows) =>
        [.. headers.Select((header, column) => Math.Max(header.Length, rows.Max(row => row[column].Length)))];

    private static void Plain(string[] headers, string[][] rows)
    {
        int[] widths = Widths(headers, rows);
        foreach (string[] row in rows.Prepend([.. headers.Select(header => header.ToUpperInvariant())]))
            Console.Out.WriteLine(
                string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>States in the colours that people expect of them; everything else as it is.</summary>
    private static Markup Paint(string cell)
    {
        string text = Markup.Escape(cell);
        string? colour = cell switch
        {
            "passing" or "running" or "ready" or "completed" or "info" => "green",
            "critical" or "failed" or "lost" or "paused" or "error" or "crash-looping" => "red",
            "progressing" or "starting" or "preparing" or "pending" or "stopping" or "draining" or "backing-off"
                or "rolled-back" or "rolling-back" or "warning" or "disconnected" => "yellow",
            _ => null,
        };
        return new Markup(colour is null ? text : $"[{colour}]{text}[/]");
    }
}
