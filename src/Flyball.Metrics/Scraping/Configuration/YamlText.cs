using System.Text;
using Flyball.Contracts.Yaml;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A node written out in one spelling: equal values have equal texts, wherever they stood.</summary>
internal static class YamlText
{
    private static readonly HashSet<string> Secrets = new(StringComparer.Ordinal)
    {
        "password", "credentials", "bearer_token", "token", "key", "secrets", "proxy_url",
    };

    public static string Of(YamlNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>A key and its value as YAML for people: block style, and nothing that is secret.</summary>
    public static string Show(string key, YamlNode value)
    {
        var text = new StringBuilder();
        ShowEntry(text, key, value, 0);
        return text.ToString();
    }

    private static void ShowEntry(StringBuilder text, string key, YamlNode value, int indent)
    {
        text.Append(' ', indent).Append(LabelNames.IsPlain(key) ? key : Quoting.Quote(key)).Append(':');
        if (value is YamlScalar && Secrets.Contains(key))
        {
            text.Append(" <secret>\n");
            return;
        }

        ShowValue(text, value, indent);
    }

    private static void ShowValue(StringBuilder text, YamlNode value, int indent)
    {
        switch (value)
        {
            case YamlMap { Entries.Count: > 0 } map:
                text.Append('\n');
                foreach (YamlEntry entry in map.Entries) ShowEntry(text, entry.Key, entry.Value, indent + 2);
                break;
            case YamlList { Items.Count: > 0 } list:
                text.Append('\n');
                foreach (YamlNode item in list.Items)
                {
                    text.Append(' ', indent).Append('-');
                    ShowValue(text, item, indent);
                }

                break;
            case YamlScalar { IsNull: false } scalar:
                text.Append(' ').Append(Quoting.Quote(scalar.Text)).Append('\n');
                break;
            default:
                text.Append(value is YamlMap ? " {}\n" : value is YamlList ? " []\n" : " null\n");
                break;
        }
    }

    private static void Append(StringBuilder text, YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                Quoting.AppendQuoted(text, scalar.Text);
                break;
            case YamlList list:
                text.Append('[');
                foreach (YamlNode item in list.Items)
                {
                    Append(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case YamlMap map:
                text.Append('{');
                foreach (YamlEntry entry in map.Entries)
                {
                    Quoting.AppendQuoted(text, entry.Key);
                    text.Append(':');
                    Append(text, entry.Value);
                    text.Append(',');
                }

                text.Append('}');
                break;
        }
    }
}
