/* demo_phrases_en: see demo_phrases.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_phrases.h"

#define LIST(...)                                                                                                      \
    {                                                                                                                  \
        (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                \
    }

const struct demo_phrases demo_phrases_en = {
    .opening =
        LIST("I live in {home}, {town}.", "Hello. I have lived in {home} for {few} years.",
             "I write for my parents, who live in building {building} of {home}.",
             "We are several households of {home}, {road}.", "I work near {road} in {town} and pass here every day.",
             "Good day.", "My flat is on floor {floor} of building {building}, {home}."),
    .rural_opening =
        LIST("I live in {home}, {town}.", "I am a farmer from {home}.", "We are {few} households of {home}.",
             "My parents still live in {home}; I write for them.", "Hello from {home} in {county}."),
    .firm_opening = LIST("I run {firm} in {town}.", "I write for {firm}, which has {many} people.",
                         "We are {firm}, a small firm in {county}.", "{firm} has been in {town} for {few} years."),
    .closing =
        {
            [ENQUIRY] = LIST("Could you tell me where to ask and what to bring?",
                             "I would be glad of an answer in plain words.",
                             "Which office is right for this? Nobody could tell me on the phone.",
                             "Please tell me how long it takes.", "Thank you for your time.",
                             "I asked twice at the counter and heard two different things."),
            [HELP] = LIST("Please help us.", "Could someone come and look?",
                          "We have tried everything we can ourselves.", "I am at home on weekdays after five.",
                          "We only want to know who will do it and when.", "Thank you in advance."),
            [COMPLAINT] =
                LIST("This cannot go on.", "I ask that it be checked and put right.",
                     "We have called {few} times; each time we were told to wait.",
                     "Please do not send this back to the people we complain about.", "We want an answer in writing.",
                     "If nothing changes by the end of the month I will write again."),
            [REPORT] =
                LIST("I ask that my name is not passed on.", "Please look into it without telling them who wrote.",
                     "I can show what I have if it stays confidential.", "I saw this myself."),
            [SUGGESTION] = LIST("It would cost little and help many.", "Other neighbours think the same.",
                                "I would be glad to hear whether it can be done, and if not, why.",
                                "Perhaps it could be tried for three months first.", "Thank you for reading."),
            [CLAIM] =
                LIST("I ask for a decision in writing with reasons.", "I have kept all papers and can bring them.",
                     "I would like to know how to ask for a review.", "We ask that the matter be looked at again."),
        },
    .asked = LIST("You wrote: {subject}. You asked us to find out what is wrong and to put it right.",
                  "Your matter is about: {subject}.",
                  "You told us: {subject}. You would like to know what will be done, and when.",
                  "We understood your request so: {subject}."),
    .found =
        LIST("We went to see it together with {town}.", "We spoke with you on the telephone and then checked on site.",
             "Our officers were there in the morning and again in the evening.",
             "We looked through the files and asked those concerned.", "Two colleagues checked it without notice."),
    .promise =
        LIST("We will look again in a month.", "The officer in charge can be reached at the number of this office.",
             "You will be told when the remaining work is finished.", "",
             "We put this place on the list for the next round of checks."),
    .again =
        LIST("The level above has taken it in hand and watched it done.",
             "This time two officers stayed until it worked.", "We are sorry that the first answer did not solve it.",
             "The first answer was too early; the work is finished now."),
    .remedy = LIST("If you disagree, ask {up} for a review (复查) within 30 days of this answer.",
                   "You may ask {up} for a review within 30 days. With your receipt code you can also say on this site "
                   "that it is not solved.",
                   "If this does not solve it, say so with your receipt code: the matter opens again one level up, at "
                   "{up}. A review can be asked for within 30 days."),
    .say =
        {
            [SAY_ACCEPT] = LIST("We have taken it on. {unit} will answer you.",
                                "Accepted. Someone from {unit} will be in touch within the week.",
                                "Thank you. This is for {unit}, which has it now.",
                                "We have it. Please keep your receipt code.", "Accepted; {unit} looks at it first."),
            [SAY_FORWARD] = LIST("This lies with {unit} by its remit.", "The place belongs to {unit}.",
                                 "{unit} handles such matters; the file goes with it.",
                                 "After a call with both sides: {unit} takes it."),
            [SAY_ASSIGN] = LIST("", "Please go and see it this week.", "Please call the person first.",
                                "Similar matters nearby: look at them together.", ""),
            [SAY_NOTE] = LIST("Called the person on {date2}; they are at home after five.",
                              "The contractor promises to start on {soon}.",
                              "Went there; nobody from the property company could be found. Again on Thursday.",
                              "Photographs of the site are in the paper file.", "Waiting for the test of the sample.",
                              "Spoke with the committee of {home}; they agree.", "Two other households say the same.",
                              "The budget for this is in the plan of the next quarter.",
                              "Checked the contract: the term ended last year.",
                              "Measured it at seven in the evening. The complaint is right."),
            [SAY_REOPENED] =
                LIST("It worked for {few} days. Then it was the same again.", "Nobody has come.",
                     "The answer is polite but nothing has changed on the ground.", "Only the half of it was done.",
                     "They called to ask whether I am satisfied before anything was done."),
            [SAY_REASON] =
                LIST("A contract between two private persons is in question; a court decides this, not an office.",
                     "An arbitration case on the same facts is running.",
                     "The place lies outside {county}, in the neighbouring city.",
                     "It concerns a decision of a court that is final."),
            [SAY_ADDRESS] =
                LIST("The court of {county}; legal aid is free at the Legal Affairs Bureau, (0000) 6107 1259.",
                     "The labour arbitration office at Human Resources, (0000) 6104 1148, continues the case.",
                     "The hotline of the neighbouring city takes it; we have given you the number on the telephone.",
                     "The appeal office of the court, or legal aid, (0000) 6107 1259."),
            [SAY_MESSAGE_RAISER] =
                LIST("Has anybody been there yet? It rained again last night.",
                     "I can send the contract if you need it.", "Thank you for calling. Thursday after five is fine.",
                     "One more thing: the same happens at the next building."),
            [SAY_MESSAGE_UNIT] = LIST("We were there this morning and will write more on Friday.",
                                      "Yes please, bring a copy to our counter; the original stays with you.",
                                      "Good, an officer comes on Thursday at half past five.",
                                      "Thank you, we look at both buildings together."),
            [SAY_SOLVED] = LIST("It works. Thank you.", "Done within a week. I did not expect that.",
                                "Solved. The officer was friendly and came twice.", "Yes, it is solved.",
                                "All is well since {date2}.", ""),
            [SAY_PARTLY] =
                LIST("Better, but not at weekends.", "The first half is done; the rest is promised for spring.",
                     "They helped us, but the neighbours still wait.", "It is explained well. It is not yet finished."),
            [SAY_NOT_SOLVED] = LIST("It worked for {few} days. Then it was the same again.", "Nobody has come.",
                                    "The answer is polite but nothing has changed on the ground.",
                                    "Only half of it was done.", "No. The same as before."),
            [SAY_NOTHING] = LIST("Nobody answered the telephone.", "Away until next week; will call again.",
                                 "The number is not in use."),
        },
};
