using System.Net;

namespace Flyball.Settings;

/// <summary>What was set, for those who make sense of it.</summary>
internal interface ISettingValues
{
    /// <summary>The text, and the name under which it was set.</summary>
    (string Text, string Source) Value(Setting setting);

    /// <summary>Whether anybody set it, as opposed to its default.</summary>
    bool IsSet(Setting setting);

    /// <summary>A list such as <c>a=1,b=2</c>.</summary>
    SortedDictionary<string, string> Labels(Setting setting);

    /// <summary>An address with a port; null for <c>none</c>, and for what was refused.</summary>
    IPEndPoint? EndPoint(Setting setting);

    /// <summary>True for <c>on</c>, false for <c>off</c>.</summary>
    bool Switch(Setting setting)
    {
        string text = Value(setting).Text;
        if (text is "on" or "true") return true;
        if (text is not ("off" or "false")) Refuse(setting, $"'{text}' is neither on nor off.");
        return false;
    }

    /// <summary>Reports a problem with a setting's text.</summary>
    void Refuse(Setting setting, string problem);
}
