namespace Flyball.Settings;

/// <summary>What was set, for those who make sense of it.</summary>
internal interface ISettingValues
{
    /// <summary>The text, and the name under which it was set.</summary>
    (string Text, string Source) Value(Setting setting);

    /// <summary>A list such as <c>a=1,b=2</c>.</summary>
    SortedDictionary<string, string> Labels(Setting setting);

    /// <summary>Reports a problem with a setting's text.</summary>
    void Refuse(Setting setting, string problem);
}
